"""Operations on reports: each one typed input, one actor, one transaction."""
