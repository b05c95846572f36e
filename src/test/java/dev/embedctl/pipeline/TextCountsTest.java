package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.embedctl.provider.CountedText;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The counts of a chunk's texts. */
class TextCountsTest {

  @Test
  void aTextIsCountedOnceUntilItsChunkIsDone() {
    TextCounts counts = new TextCounts(new ScriptedProvider(1, texts -> {}));
    Chunk chunk = new Chunk(0, List.of(Records.of(0, "a"), Records.of(1, "b")), 0, outcome -> {});
    CountedText first = counts.of("a");
    CountedText other = counts.of("of the next chunk");

    assertSame(first, counts.of("a"));
    counts.free(Promises.wanted(chunk, "a", "b"));

    assertNotSame(first, counts.of("a"));
    assertSame(other, counts.of("of the next chunk"));
  }
}
