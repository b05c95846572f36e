package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The audit of the jars that the program is made of: CI's script, on the committed table and on
 * others.
 */
final class AuditIT {
  private static final String AS_OF = "# As of 2026-11-29\n";
  private static final String ONE = "one-1.0.jar\tMIT\t2026-01-31\t-\t-\n";
  private static final String TWO =
      "two-2.1.jar\tApache-2.0\t2025\tCVE-2026-1\tIts parser is never called here.\n";

  @TempDir private Path folder;

  @BeforeEach
  void expectTwoJars() throws IOException {
    Files.writeString(folder.resolve("jars"), "0123abcd  one-1.0.jar\n4567ef01  two-2.1.jar\n");
  }

  private Ended audit(String table, String today) throws Exception {
    Files.writeString(folder.resolve("table"), table);
    return new Embedctl(folder)
        .shell("'" + Embedctl.BASE.resolve(".ci/audit") + "' table jars " + today);
  }

  @Test
  void theCommittedTableKnowsEachJarOfThisBuild() throws Exception {
    Ended ended = new Embedctl(folder).shell("'" + Embedctl.BASE.resolve(".ci/audit") + "'");

    assertEquals(0, ended.code(), ended::err);
    assertEquals(
        Files.readAllLines(Embedctl.BASE.resolve("src/dependencies/jars.sha256")).size(),
        ended.lines().stream().filter(line -> line.contains(".jar ")).count());
  }

  @Test
  void eachJarIsNamedWithWhatIsKnownOfIt() throws Exception {
    Ended ended = audit(AS_OF + ONE + TWO, "2026-12-24");

    assertEquals(0, ended.code(), ended::err);
    assertEquals("", ended.err());
    assertTrue(ended.lines().get(0).matches("one-1.0.jar +MIT +2026-01-31 +nothing known"));
    assertTrue(
        ended
            .lines()
            .get(1)
            .matches(
                "two-2.1.jar +Apache-2.0 +2025 +CVE-2026-1: Its parser is never called here."));
    assertEquals("as of 2026-11-29", ended.lines().get(2));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "one-1.0.jar\tMIT\t2026\t-\t- | table: no row for two-2.1.jar",
        "two-2.0.jar\tMIT\t2026\t-\t- | table:3: two-2.0.jar: no jar of this name is in jars",
        "two-2.1.jar\tMIT\t2026\tCVE-2026-1\t- | table:3: two-2.1.jar: CVE-2026-1 has no written"
            + " reason why it is no danger here",
        "two-2.1.jar\tMIT\t2026 | table:3: a row has 5 columns, and this one has 3",
        "two-2.1.jar\t\t2026\t-\t- | table:3: two-2.1.jar: the licence and the date of the release"
            + " are missing (- where it is not known)",
      })
  void aRowThatIsMissingOrWrongFailsTheAudit(String row, String message) throws Exception {
    Ended ended = audit(AS_OF + ONE + row + "\n", "2026-12-24");

    assertEquals(1, ended.code(), ended::out);
    assertTrue(ended.err().lines().toList().contains("audit: " + message), ended::err);
  }

  @Test
  void aTableWithoutADateFailsTheAudit() throws Exception {
    Ended ended = audit(ONE + TWO, "2026-12-24");

    assertEquals(1, ended.code(), ended::out);
    assertEquals("audit: table: the line \"# As of YYYY-MM-DD\" is missing\n", ended.err());
  }

  @ParameterizedTest(name = "{0}: {1} warnings")
  @CsvSource({"2027-03-29, 0", "2027-03-30, 1", "2028-02-29, 1"})
  void anOldTableIsWarnedOfAndBelieved(String today, int warnings) throws Exception {
    Ended ended = audit(AS_OF + ONE + TWO, today);

    assertEquals(0, ended.code(), ended::err);
    assertEquals(warnings, ended.err().lines().count(), ended::err);
    assertTrue(warnings == 0 || ended.err().contains("warning"), ended::err);
  }
}
