package dev.embedctl.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a file says, and what it is told when it says it wrongly. */
final class ConfigFileTest {
  private static final OptionNames NAMES =
      new OptionNames(
          command("--model", "--texts-per-request", "--template", "--cache", "--max-tokens"),
          () -> Stream.of(command("--api-key-env", "--older-than")));

  @TempDir private Path folder;
  private Path file;

  static CommandSpec command(String... options) {
    CommandSpec command = CommandSpec.create();
    for (String option : options) {
      command.addOption(OptionSpec.builder(option).type(String.class).build());
    }
    return command.mixinStandardHelpOptions(true);
  }

  @BeforeEach
  void name() {
    file = folder.resolve("config.properties");
  }

  private ConfigFile read(String content) throws IOException {
    Files.writeString(file, content);
    return ConfigReader.read(file, NAMES).orElseThrow();
  }

  private String refused(String content) throws IOException {
    Files.writeString(file, content);
    return refused();
  }

  private String refused() {
    String message = assertThrows(Usage.class, () -> ConfigReader.read(file, NAMES)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length());
  }

  private static Map<String, String> values(Map<String, Setting> settings) {
    Map<String, String> values = new TreeMap<>();
    settings.forEach((name, setting) -> values.put(name, setting.value()));
    return values;
  }

  @Test
  void aLineIsANameAndAValueAndBlanksAroundThemAreNone() throws IOException {
    ConfigFile read =
        read("\uFEFF# mine\r\n\r\n  model =  a model \t\r\ncache=/c\n\n   # end\ntemplate==x=#y");

    assertEquals(
        Map.of("model", "a model", "cache", "/c", "template", "=x=#y"), values(read.common()));
    assertEquals(new Origin.Line(file, 3), read.common().get("model").origin());
    assertEquals(new Origin.Line(file, 7), read.common().get("template").origin());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C:\\data\\new",
        "{title}\\n{body}",
        "${HOME}",
        "a: b",
        "-v",
        "été 語",
        "sk-2026/some/results/of/mine"
      })
  void aValueStandsAsItIs(String value) throws IOException {
    assertEquals(value, read("cache = " + value + "\n").common().get("cache").value());
    assertTrue(ConfigFile.canHold("cache", value));
  }

  @Test
  void aProfilesLinesAreItsOwn() throws IOException {
    ConfigFile read = read("model = a\nwork.model = b\nhome.cache = \nwork.cache = /w\n");

    assertEquals(Map.of("model", "a"), values(read.common()));
    assertEquals(Map.of("model", "b", "cache", "/w"), values(read.profiles().get("work")));
    assertEquals(Map.of("cache", ""), values(read.profiles().get("home")));
    assertEquals(
        new Origin.ProfileLine(file, 4, "work"), read.profiles().get("work").get("cache").origin());
  }

  @Test
  void anUnknownProfileIsToldWithThoseThereAre() throws IOException {
    ConfigFile read = read("work.model = b\nhome.cache = /h\n");
    Setting asked = new Setting("profile", "wrok", new Origin.Typed());

    assertEquals(
        "--profile wrok: there is no such profile in "
            + file
            + " among: home, work; did you mean 'work'?",
        assertThrows(Usage.class, () -> read.profile(asked)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "modle = a           | :2: there is no option 'modle'; did you mean 'model'?",
        "--model = a         | :2: there is no option '--model'; did you mean 'model'?",
        "textsPerRequest = 1 | :2: there is no option 'textsPerRequest'; did you mean 'texts-per-request'?",
        "api_key_env = A     | :2: there is no option 'api_key_env'; did you mean 'api-key-env'?",
        "max-token = 5       | :2: there is no option 'max-token'; did you mean 'max-tokens'?",
        "heap = 1g           | :2: there is no option 'heap'; embedctl batch --help lists all options",
        "work.modle = a      | :2: there is no option 'modle'; did you mean 'model'?",
        "= a                 | :2: there is no option ''; embedctl batch --help lists all options",
        "model: a            | :2: there is no '='; write name = value",
        "[work]              | :2: there is no '='; write name = value",
        "cache = /d          | :2: 'cache' is in line 1 too; remove one of them",
        "a.b.model = a       | :2: the part before the '.' must be a profile's name: letters, digits, - and _",
        ".model = a          | :2: the part before the '.' must be a profile's name: letters, digits, - and _",
        "profile = work      | :2: 'profile' can be set on the command line only",
        "help = true         | :2: 'help' can be set on the command line only",
        "model = ~/models/a  | :2: ~ is not expanded here; write the full path of the home folder",
        "model = \"a\"       | :2: remove the quotes; a value is read literally",
      })
  void whatIsWrongIsToldWithItsLine(String line, String message) throws IOException {
    assertEquals(message, refused("cache = /c\n" + line + "\nmodel = b\n"));
  }

  @Test
  void aTemplateMayHaveQuotesAtItsEnds() throws IOException {
    assertEquals("'{a}'", read("template = '{a}'\n").common().get("template").value());
  }

  @Test
  void anotherCommandsOptionIsNoMistake() throws IOException {
    assertEquals(Map.of("older-than", "9d"), values(read("older-than = 9d\n").common()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api-key = %s",
        "OPENAI_API_KEY=%s",
        "work.password = %s",
        "model = %s",
        "work.cache = %s",
        "api-key-env = %s",
        "%s = x",
        "authorization = Bearer %s",
      })
  void aKeyIsRefusedAndNotRepeated(String line) throws IOException {
    String key = "sk-S3CRETS3CRETS3CRET";
    String message = refused("# mine\n" + line.formatted(key) + "\n");

    assertTrue(message.startsWith(":2: a key is read from the provider's variable"), message);
    assertFalse(message.contains("S3CRET"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AIzaSyD3adB33fD3adB33fD3adB33f", "d3adB33fd3adB33fd3adB33fd3adB33f"})
  void aKeyIsNoNameOfAVariable(String key) throws IOException {
    String message = refused("api-key-env = " + key + "\n");
    assertFalse(message.contains("33f"), message);
    assertEquals(1, read("api-key-env = OUR_OWN_OPENAI_KEY\n").common().size());
  }

  @Test
  void aLineWithoutEqualsIsNotRepeatedSinceItMayBeAKey() throws IOException {
    assertFalse(refused("sk-S3CRETS3CRETS3CRET\n").contains("S3CRET"));
  }

  @Test
  void bytesThatAreNotUtf8AreToldWithTheirLine() throws IOException {
    Files.write(file, "model = a\ncache = \u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(":2: is not UTF-8", refused());
  }

  @Test
  void whatIsNoFileOrFarTooLargeIsRefused() throws IOException {
    assertEquals(Optional.empty(), ConfigReader.read(file, NAMES));
    Files.write(file, new byte[1 << 20]);
    assertEquals(": is not a config file: it has 1 MiB or more", refused());
    Files.delete(file);
    Files.createDirectory(file);
    assertTrue(refused().startsWith(": the config file cannot be read"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", " blank", "blank ", "~/x", "'x'"})
  void someValuesAreNotForAFile(String value) {
    assertFalse(ConfigFile.canHold("cache", value));
  }
}
