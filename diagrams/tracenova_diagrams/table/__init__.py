"""Pictures of rows: funnels, matrices, stacked bars, waterfalls."""
