"""Operations on the catalogue, on targets and on figures."""
