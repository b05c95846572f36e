package dev.embedctl.pipeline;

import dev.embedctl.io.input.ForwardingSource;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.InputRecord.Original;
import dev.embedctl.model.Piece;
import dev.embedctl.model.Text;
import dev.embedctl.pipeline.TextCutter.Slice;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.TextLimit;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Returns a record for each piece of a record's text. A piece is an unchanged part of the text,
 * without the white space at its ends. The index counts pieces, and begins again where that of the
 * records does.
 */
public final class SplitSource extends ForwardingSource {
  private final TextCutter cutter;
  private final Optional<TextLimit> overlap;
  private final TextLimit longest;
  private Iterator<InputRecord> pieces = Collections.emptyIterator();
  private long index;

  /**
   * The pieces of a source's records, which it closes.
   *
   * @param provider counts the tokens
   * @throws dev.embedctl.model.EmbedctlException.Usage if the model does not take such pieces
   */
  public SplitSource(RecordSource source, Split split, EmbeddingProvider provider) {
    super(source);
    this.longest = split.limit(provider);
    this.cutter = new TextCutter(new TextLimit(split.tokens() - split.overlap(), longest.count()));
    this.overlap = overlap(split, longest);
  }

  /** The limit of the overlap, without the tokens that the model adds to each text. */
  private static Optional<TextLimit> overlap(Split split, TextLimit longest) {
    if (split.overlap() == 0) {
      return Optional.empty();
    }
    int around = longest.count().applyAsInt("");
    return Optional.of(
        new TextLimit(split.overlap(), text -> longest.count().applyAsInt(text) - around));
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    while (!pieces.hasNext()) {
      Optional<InputRecord> record = source().next();
      if (record.isEmpty()) {
        return record;
      }
      if (record.get().index() == 0) {
        index = 0;
      }
      pieces = pieces(record.get());
    }
    return Optional.of(pieces.next());
  }

  private Iterator<InputRecord> pieces(InputRecord record) {
    return switch (record.text()) {
      case Text.Valid(String text) -> new Pieces(record, text, slices(record, text));
      case Text.Invalid invalid -> List.of(numbered(record)).iterator();
    };
  }

  private List<Slice> slices(InputRecord record, String text) {
    List<Slice> slices =
        cutter
            .cut(text)
            .orElseThrow(
                () ->
                    new InvalidInput(
                        record.place()
                            + ": a single character of the text has more tokens than a piece;"
                            + " split into larger pieces"));
    return slices.stream()
        .filter(slice -> !slice.of(text).isBlank())
        .map(slice -> slice.stripped(text))
        .toList();
  }

  private InputRecord numbered(InputRecord record) {
    return record.at(index++);
  }

  /** The pieces of one text, each created on demand. */
  private final class Pieces implements Iterator<InputRecord> {
    private final InputRecord record;
    private final String text;
    private final List<Slice> slices;
    private int part;
    private int position;
    private int codePoints;

    Pieces(InputRecord record, String text, List<Slice> slices) {
      this.record = record;
      this.text = text;
      this.slices = slices;
    }

    @Override
    public boolean hasNext() {
      return part < slices.size();
    }

    @Override
    public InputRecord next() {
      Slice own = slices.get(part);
      Slice piece =
          part == 0 || overlap.isEmpty()
              ? own
              : TextCutter.extended(
                  text, own, slices.get(part - 1).start(), overlap.get(), longest);
      codePoints += text.codePointCount(position, piece.start());
      position = piece.start();
      int end = codePoints + text.codePointCount(piece.start(), piece.end());
      return numbered(
          new InputRecord(
              record.index(),
              record.place(),
              new Text.Valid(piece.of(text)),
              record.id(),
              record.metadata(),
              part == 0 ? record.original() : Original.of(0, record.original()::toJsonObject),
              Optional.of(new Piece(part++, codePoints, end))));
    }
  }
}
