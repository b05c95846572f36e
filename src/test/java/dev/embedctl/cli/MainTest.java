package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are made when they are asked for look as if they were always there. */
final class MainTest {
  @TempDir Path folder;
  private InProcess embedctl;

  @BeforeEach
  void newProgram() {
    embedctl = new InProcess(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "cache", "warmup", "generate-completion"})
  void helpAndCompletionNameEveryCommandAndEachHasItsOwn(String command) {
    assertTrue(embedctl.run("--help").out().contains("\n  " + command + " "));
    assertTrue(embedctl.run("generate-completion").out().contains("[0]} " + command + "\""));
    Ended own = embedctl.run(command, "--help");
    assertEquals(0, own.code(), own::err);
    assertTrue(own.out().startsWith("Usage: embedctl " + command), own::out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "cache", "warmup"})
  void theVersionIsTheSameWhereverItIsAskedFor(String command) {
    Ended version = embedctl.run("--version");
    assertEquals(2, version.lines().size(), version::out);
    assertTrue(version.lines().getFirst().matches("embedctl \\d.*"), version::out);
    assertEquals(version, embedctl.run(command, "--version"));
    assertEquals(version, embedctl.run("-V"));
  }

  @Test
  void anUnknownCommandIsNamed() {
    Ended ended = embedctl.run("bath");
    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("bath"), ended::err);
  }

  @Test
  void withoutTheLauncherThereIsNoPlaceForAStartupCache() {
    Ended ended = embedctl.run("warmup");
    assertEquals(1, ended.code());
    assertEquals(1, ended.err().lines().count(), ended::err);
    assertTrue(ended.err().contains("bin/embedctl"), ended::err);
  }
}
