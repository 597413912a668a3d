"""Read models: what people ask, kept ready; each can be thrown away and folded again."""
