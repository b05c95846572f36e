package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Piece;
import dev.embedctl.model.Text;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** A UTF-16 unit is a token here. */
final class SplitSourceTest {
  private static final ScriptedProvider PROVIDER = new ScriptedProvider(5, texts -> {});

  private static List<InputRecord> split(Split split, String... texts) throws IOException {
    List<InputRecord> pieces = new ArrayList<>();
    try (SplitSource source = new SplitSource(Records.source(List.of(texts)), split, PROVIDER)) {
      for (Optional<InputRecord> piece = source.next(); piece.isPresent(); piece = source.next()) {
        pieces.add(piece.get());
      }
    }
    return pieces;
  }

  private static String text(InputRecord record) {
    return ((Text.Valid) record.text()).value();
  }

  private static List<String> texts(List<InputRecord> pieces) {
    return pieces.stream().map(SplitSourceTest::text).toList();
  }

  @Test
  void eachPieceIsARecordOfItsOwn() throws IOException {
    List<InputRecord> pieces = split(new Split(10, 0), "one two three", "short", "");

    assertEquals(List.of("one two", "three", "short"), texts(pieces.subList(0, 3)));
    assertEquals(
        List.of(new Piece(0, 0, 7), new Piece(1, 8, 13), new Piece(0, 0, 5)),
        pieces.subList(0, 3).stream().map(piece -> piece.piece().orElseThrow()).toList());
    assertEquals(List.of(0L, 1L, 2L, 3L), pieces.stream().map(InputRecord::index).toList());
    assertEquals(List.of(1L, 1L, 2L, 3L), pieces.stream().map(InputRecord::line).toList());
    assertEquals(Optional.empty(), pieces.get(3).piece(), "it has no text");
  }

  @Test
  void aPieceBeginsWithTheLastWordsOfThePreviousOne() throws IOException {
    assertEquals(
        List.of("a bb ccc", "ccc dddd e ff", "e ff ggg"),
        texts(split(new Split(15, 5), "a bb ccc dddd e ff ggg")));
  }

  @Test
  void startAndEndCountCodePoints() throws IOException {
    List<InputRecord> pieces = split(new Split(8, 0), "\uD83D\uDE00\uD83D\uDE00 ab \uD83D\uDE00");

    assertEquals(new Piece(1, 6, 7), pieces.get(1).piece().orElseThrow());
  }

  @Test
  void whiteSpaceAloneIsNoPiece() throws IOException {
    assertEquals(List.of("ab"), texts(split(new Split(3, 0), "ab")));
    for (InputRecord piece : split(new Split(3, 0), "a" + " ".repeat(50) + "b")) {
      assertFalse(text(piece).isBlank());
    }
  }

  @RepeatedTest(200)
  void thePiecesAreSlicesThatCoverTheText(RepetitionInfo repetition) throws IOException {
    Random random = new Random(repetition.getCurrentRepetition());
    String text = TextCutterTest.anyText(random);
    int tokens = 8 + random.nextInt(60);
    Split split = new Split(tokens, random.nextBoolean() ? 0 : random.nextInt(tokens / 2));
    int[] codePoints = text.codePoints().toArray();

    int covered = 0;
    for (InputRecord record : text.isBlank() ? List.<InputRecord>of() : split(split, text)) {
      Piece piece = record.piece().orElseThrow();
      String slice = new String(codePoints, piece.start(), piece.end() - piece.start());
      assertEquals(slice, text(record), "an exact slice");
      assertEquals(slice.strip(), slice);
      assertTrue(slice.length() <= tokens, slice);
      assertTrue(piece.end() > covered, "each piece goes on");
      if (piece.start() > covered) {
        assertTrue(new String(codePoints, covered, piece.start() - covered).isBlank());
      }
      if (split.overlap() == 0) {
        assertTrue(piece.start() >= covered);
      }
      covered = piece.end();
    }
    assertTrue(new String(codePoints, covered, codePoints.length - covered).isBlank());
  }

  @Test
  void piecesThatTheModelDoesNotTakeAreAnError() {
    ScriptedProvider ten =
        new ScriptedProvider(
            new ProviderLimits(5, OptionalInt.of(10), OptionalInt.empty()),
            Oversize.ERROR,
            texts -> {});

    Usage failure =
        assertThrows(
            Usage.class,
            () -> new SplitSource(Records.source(List.of("a")), new Split(11, 0), ten));

    assertEquals(
        "pieces of 11 tokens are longer than model takes; split into at most 10",
        failure.getMessage());
  }
}
