package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of README.md: in its {@code console} blocks a line that begins with {@code $} is a
 * command, and what follows is all that it prints, to either stream.
 */
final class ReadmeIT {
  @TempDir private Path folder;

  /** A command and what the README says that it prints. */
  private record Example(String command, List<String> output) {}

  private static List<Example> examples() throws Exception {
    List<Example> examples = new ArrayList<>();
    boolean console = false;
    for (String line : Files.readAllLines(Embedctl.BASE.resolve("README.md"))) {
      if (line.startsWith("```")) {
        console = line.equals("```console");
      } else if (console && line.startsWith("$ ")) {
        examples.add(new Example(line.substring(2), new ArrayList<>()));
      } else if (console) {
        examples.getLast().output().add(line);
      }
    }
    return examples;
  }

  @Test
  void printWhatItShows() throws Exception {
    Files.createSymbolicLink(
        folder.resolve("bin"), Path.of(System.getProperty("embedctl.home"), "bin"));
    Files.createSymbolicLink(folder.resolve("samples"), Embedctl.BASE.resolve("samples"));
    List<Example> examples = examples();
    assertTrue(examples.size() >= 8, "examples: " + examples.size());
    // One shell for all, since an example may show the exit code of the one before.
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < examples.size(); i++) {
      script
          .append("echo \"== ")
          .append(i)
          .append("\" >&3\n(exit \"${code:-0}\")\n{ ")
          .append(examples.get(i).command())
          .append("\n} 1>&3 2>&3\ncode=$?\n");
    }
    Path out = folder.resolve("printed");
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", "exec 3>printed\n" + script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    shell.environment().put("XDG_CACHE_HOME", folder.resolve("caches").toString());
    shell.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    Process process = shell.start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES));

    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < examples.size(); i++) {
      expected.append("== ").append(i).append('\n');
      examples.get(i).output().forEach(line -> expected.append(line).append('\n'));
    }
    assertEquals(expected.toString(), Files.readString(out, StandardCharsets.UTF_8));
  }
}
