"""设备识别: an enterprise's equipment list against the elimination catalogues, and what people decide about it."""
