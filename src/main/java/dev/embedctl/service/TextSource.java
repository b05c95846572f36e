package dev.embedctl.service;

import dev.embedctl.io.input.JsonText;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.input.TextRules;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import java.util.Iterator;
import java.util.Optional;

/** Texts from a program as the input of a run: text number 1 is line 1. */
final class TextSource implements RecordSource {
  private final Iterator<String> texts;
  private long read;

  TextSource(Iterator<String> texts) {
    this.texts = texts;
  }

  @Override
  public String name() {
    return "texts";
  }

  @Override
  public Optional<InputRecord> next() {
    if (!texts.hasNext()) {
      return Optional.empty();
    }
    String text = texts.next();
    long index = read++;
    return Optional.of(
        new InputRecord(
            index,
            new InputPlace(name(), index + 1),
            TextRules.check(text),
            Optional.empty(),
            Optional.empty(),
            () -> "{\"text\":" + JsonText.quoted(TextRules.wellFormed(text)) + "}"));
  }

  @Override
  public void close() {}
}
