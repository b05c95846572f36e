package dev.embedctl.cli.startup;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.cli.console.Console.Stream;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadStartTest {
  @Test
  void eachLibraryCanBeUsedBeforeARun() {
    assertDoesNotThrow(new HeadStart(EnumSet.allOf(Stream.class))::run);
  }

  @ParameterizedTest
  @CsvSource({
    "batch in.jsonl, true",
    "embed text, true",
    "cache stats, false",
    "--help, false",
    "'', false"
  })
  void onlyCommandsThatEmbedTextsNeedIt(String command, boolean needed) {
    assertEquals(needed, HeadStart.helps(command.split(" ")));
  }
}
