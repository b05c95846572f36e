package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embedctl.process.Embedctl.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays are read by NumPy, where there is Python with it. */
final class NumpyIT {
  /** Rows and ids of an array, against the same vectors' bytes as JSON Lines have them. */
  private static final String SCRIPT =
      """
      import base64, json, numpy
      rows = numpy.load("out.npy")
      lines = [json.loads(line) for line in open("out.jsonl")]
      ids = [json.loads(line) for line in open("out.npy.ids.jsonl")]
      assert rows.dtype == numpy.float32 and rows.flags.c_contiguous
      assert rows.shape == (len(lines), 384), rows.shape
      assert [line["id"] for line in lines] == [row["id"] for row in ids]
      for row, line in zip(rows, lines):
          assert row.tobytes() == base64.b64decode(line["embedding"])
      print(len(rows), "rows")
      """;

  @TempDir private Path folder;

  @Test
  void numpyReadsTheSameBitsAsJsonLinesHave() throws Exception {
    Embedctl embedctl = new Embedctl(folder);
    Files.writeString(folder.resolve("compare.py"), SCRIPT);
    Ended python = embedctl.shell("python3 -c 'import numpy'");
    assumeTrue(python.code() == 0, "there is no Python with NumPy here");
    String batch = "embedctl batch " + Embedctl.BASE.resolve("samples/quotes.jsonl") + " -o ";

    Ended ended =
        embedctl.shell(
            batch
                + "out.npy && "
                + batch
                + "out.jsonl --vector-format base64 && python3 compare.py");

    assertEquals(new Ended(0, "220 rows\n", ""), ended);
  }
}
