package dev.embedctl.provider.remote.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines of a file while it arrives. */
final class ResultLinesTest {
  private static List<String> lines(String file, long longest) throws IOException {
    ResultLines lines =
        new ResultLines(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), longest);
    List<String> all = new ArrayList<>();
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      all.add(new String(line.get(), StandardCharsets.UTF_8));
    }
    return all;
  }

  @Test
  void endWithOrWithoutALineEnd() throws IOException {
    assertEquals(List.of("one", "two"), lines("one\ntwo\n", 100));
    assertEquals(List.of("one", "two"), lines("one\ntwo", 100));
    assertEquals(List.of(), lines("", 100));
    assertEquals(List.of(), lines("\n\n", 100));
  }

  @Test
  void areLongerThanABlock() throws IOException {
    String large = "x".repeat(200_000);

    assertEquals(List.of("a", large, "b"), lines("a\n" + large + "\nb", 1_000_000));
  }

  @Test
  void thatAreTooLongAreCutAndTheNextOneIsWhole() throws IOException {
    assertEquals(List.of("x".repeat(100), "next"), lines("x".repeat(200_000) + "\nnext\n", 100));
  }
}
