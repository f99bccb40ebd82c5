# syntax=docker/dockerfile:1
# One image for web, worker and beat; docker-compose.yml tells them apart by their command.

FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static/src static/src
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt requirements-uv.txt /build/
RUN python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --no-cache-dir --require-hashes -r /build/requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings PORTAL_VAR=/var/lib/portal
RUN useradd --system --uid 10001 --home-dir /var/lib/portal --create-home portal
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/portal
COPY . .
COPY --from=assets /build/static/build static/build
RUN PYTHONPATH=bin python -m portal_launcher.catalogues locale
USER portal
EXPOSE 8000
CMD ["sh", "-c", "python manage.py collectstatic --noinput && exec gunicorn --bind 0.0.0.0:8000 --worker-class gthread --workers ${WEB_CONCURRENCY:-4} --threads 4 --no-control-socket portal.wsgi:application"]
