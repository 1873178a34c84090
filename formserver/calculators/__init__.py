"""工具应用: benchmarks, ladder prices and grades computed by calculators, and the figures people confirm."""
