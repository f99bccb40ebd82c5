// Figures of an indicator over time, the path to its target, where the pace so far leads, and where the series breaks.
const point = ({ day, value, label }) => ({ value: [day, value], label, name: label });
const line = (name, points, ink, style) => ({
  name, type: "line", data: points.map(point), showSymbol: false, symbol: "circle", color: ink, lineStyle: style, z: 2,
  label: { show: false }, silent: !points.some((one) => one.label),
});
const marks = (name, points, ink, shape) => ({
  name, type: "scatter", data: points.map(point), symbol: shape.symbol, symbolSize: shape.size, z: 3,
  color: ink.line, itemStyle: { color: shape.filled ? ink.line : ink.surface, borderColor: ink.line, borderWidth: 2, borderType: shape.border ?? "solid" },
});

function upright(data, ink) {
  const rules = data.breaks.map(({ day, name }) => ({ xAxis: day, label: { formatter: name, color: ink.warn },
    lineStyle: { color: ink.warn, type: [2, 3], width: 1.5 } }));
  rules.push({ xAxis: data.today, label: { formatter: data.names.today, color: ink.soft }, lineStyle: { color: ink.soft, type: "solid", width: 1 } });
  return { symbol: "none", silent: true, data: rules, label: { position: "insideEndTop", rotate: 90, fontSize: 11 } };
}

export function trend(data, ink, width) {
  const { names } = data;
  const of = (kind) => data.figures.filter((figure) => figure.kind === kind);
  const dated = [...data.path, ...data.forecast, ...data.figures, ...data.targets, ...data.baselines];
  const years = dated.map(({ day }) => Number(day.slice(0, 4)));
  const values = dated.map(({ value }) => value);
  const room = (Math.max(...values) - Math.min(...values)) * 0.08 || 1;
  const first = { line: ink.accent, surface: ink.surface };
  const series = [
    line(names.path, data.path, ink.soft, { type: [6, 4], width: 1.5 }),
    line(names.forecast, data.forecast, ink.busy, { type: "dotted", width: 2 }),
    ...data.runs.map((run) => line("", run, ink.accent, { type: "solid", width: 2 })),
    marks(names.reported, of("reported"), first, { symbol: "circle", size: 10, filled: true }),
    marks(names.published, of("published"), first, { symbol: "circle", size: 10 }),
    marks(names.unverified, of("unverified"), { line: ink.soft, surface: ink.surface }, { symbol: "circle", size: 10, border: "dashed" }),
    marks(names.target, data.targets, { line: ink.text, surface: ink.surface }, { symbol: "diamond", size: 14 }),
    marks(names.baseline, data.baselines, { line: ink.text, surface: ink.surface }, { symbol: "rect", size: 10 }),
  ].filter((one) => one.data.length > 0);
  series[0].markLine = upright(data, ink);
  const axis = { axisLine: { lineStyle: { color: ink.rule } }, axisLabel: { color: ink.soft }, splitLine: { lineStyle: { color: ink.rule } } };
  return {
    grid: { left: 8, right: 20, top: 16, bottom: width < 480 ? 72 : 52, containLabel: true },
    legend: { bottom: 0, textStyle: { color: ink.text }, itemWidth: 18, itemHeight: 10, data: [...new Set(series.map((one) => one.name))].filter(Boolean) },
    xAxis: { type: "time", min: `${Math.min(...years)}-07-01`, max: `${Math.max(...years) + 1}-04-01`, ...axis, splitLine: { show: false },
      minInterval: 365 * 24 * 3600 * 1000, axisLabel: { color: ink.soft, formatter: "{yyyy}", hideOverlap: true } },
    yAxis: { type: "value", scale: true, ...axis, min: (of) => of.min - room, max: (of) => of.max + room,
      axisLabel: { color: ink.soft, showMinLabel: false, showMaxLabel: false }, name: width < 480 ? "" : data.unit, nameTextStyle: { color: ink.soft } },
    series,
  };
}
