package dev.embedctl.io.input;

import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.util.Iterator;
import java.util.Optional;

/** Texts that are in memory as the input of a run. In messages, the first text is line 1. */
public final class TextSource implements RecordSource {
  private final String name;
  private final Iterator<String> texts;
  private long read;

  /**
   * A source of texts.
   *
   * @param name the name of the input in messages
   */
  public TextSource(String name, Iterator<String> texts) {
    this.name = name;
    this.texts = texts;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() {
    if (!texts.hasNext()) {
      return Optional.empty();
    }
    String text = texts.next();
    long index = read++;
    return Optional.of(record(index, new InputPlace(name, index + 1), TextRules.check(text), text));
  }

  /** The record of a text that is not part of a file. */
  static InputRecord record(long index, InputPlace place, Text checked, String text) {
    return new InputRecord(
        index,
        place,
        checked,
        Optional.empty(),
        Optional.empty(),
        () -> "{\"text\":" + JsonText.quoted(TextRules.wellFormed(text)) + "}");
  }

  @Override
  public void close() {}
}
