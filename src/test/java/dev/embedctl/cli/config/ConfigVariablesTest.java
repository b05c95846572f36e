package dev.embedctl.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which variables are options' and what becomes of the others. */
final class ConfigVariablesTest {
  private static final OptionNames NAMES =
      new OptionNames(
          ConfigFileTest.command("--max-cost", "--model", "--api-key-env"), Stream::empty);

  private static ConfigVariables read(Map<String, String> env) {
    return ConfigVariables.read(env, NAMES);
  }

  @Test
  void aVariableIsNamedAsItsOptionIs() {
    assertEquals(
        Map.of("max-cost", new Setting("max-cost", "5", new Origin.Variable("EMBEDCTL_MAX_COST"))),
        read(Map.of("EMBEDCTL_MAX_COST", "5", "MODEL", "x", "OPENAI_API_KEY", "k")).settings());
  }

  @Test
  void anEmptyVariableSaysNothing() {
    assertEquals(
        new ConfigVariables(Map.of(), List.of()),
        read(Map.of("EMBEDCTL_MAX_COST", "", "EMBEDCTL_MODLE", "")));
  }

  @ParameterizedTest
  @CsvSource({
    "EMBEDCTL_MAX_COTS, EMBEDCTL_MAX_COST",
    "EMBEDCTL_MAXCOST, EMBEDCTL_MAX_COST",
    "EMBEDCTL_PROFIL, EMBEDCTL_PROFILE",
  })
  void aMisspeltOneIsAnErrorThatNamesTheNearest(String variable, String nearest) {
    assertEquals(
        variable + " matches no option; did you mean " + nearest + "?",
        assertThrows(Usage.class, () -> read(Map.of(variable, "5"))).getMessage());
  }

  @Test
  void somebodyElsesIsUnusedAndTheOneThatHoldsTheKeyIsNot() {
    ConfigVariables read =
        read(
            Map.of(
                "EMBEDCTL_PORT_80_TCP", "tcp://10.0.0.1:80",
                "EMBEDCTL_API_KEY", "sk-S3CRETS3CRETS3CRET",
                "EMBEDCTL_VERSION", "1"));

    assertEquals(List.of("EMBEDCTL_API_KEY", "EMBEDCTL_PORT_80_TCP"), read.unused());
    assertEquals(
        List.of("EMBEDCTL_PORT_80_TCP"), read.unusedBeside(Optional.of("EMBEDCTL_API_KEY")));
  }

  @Test
  void aKeyIsRefusedAndNotRepeated() {
    String message =
        assertThrows(Usage.class, () -> read(Map.of("EMBEDCTL_MODEL", "sk-S3CRETS3CRETS3CRET")))
            .getMessage();
    assertFalse(message.contains("S3CRET"), message);
  }

  @Test
  void theLaunchersVariablesAreNoOptions() throws IOException {
    Path bin = Path.of(System.getProperty("embedctl.basedir"), "bin");
    Set<String> named = new TreeSet<>();
    try (Stream<Path> scripts = Files.list(bin)) {
      for (Path script : scripts.toList()) {
        Pattern.compile("EMBEDCTL_\\w+")
            .matcher(Files.readString(script))
            .results()
            .forEach(name -> named.add(name.group()));
      }
    }
    assertEquals(ConfigVariables.LAUNCHERS, named);
  }
}
