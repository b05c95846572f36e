package dev.embedctl.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.Main;
import dev.embedctl.cli.console.CommandModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

final class ModelWriterTest {
  @TempDir Path folder;

  static Stream<Object> commands() {
    return Main.described().getSubcommands().values().stream()
        .map(CommandLine::<Object>getCommand)
        .filter(command -> command.getClass().getPackageName().startsWith("dev.embedctl"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aModelIsWhatItsAnnotationsSay(Object command) {
    CommandSpec annotated = CommandSpec.forAnnotatedObject(command);
    CommandSpec model = CommandModels.of(command);

    assertEquals(help(annotated), help(model));
    assertEquals(
        annotated.options().stream().map(ModelWriterTest::described).sorted().toList(),
        model.options().stream().map(ModelWriterTest::described).sorted().toList());
    assertEquals(
        annotated.positionalParameters().stream().map(ModelWriterTest::described).toList(),
        model.positionalParameters().stream().map(ModelWriterTest::described).toList());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theBuildHasWrittenAModelOfEachCommandWithoutSubcommands(Object command) throws Exception {
    if (CommandSpec.forAnnotatedObject(command).subcommands().isEmpty()) {
      assertTrue(
          Class.forName(CommandModels.nameFor(command.getClass()))
              .getDeclaredConstructor()
              .newInstance()
              .getClass()
              .getName()
              .endsWith("Model"));
    }
  }

  @Test
  void classesOfAnEarlierBuildAreRemovedAndOthersStay() throws Exception {
    Path sources = Files.createDirectories(folder.resolve("sources/a/b"));
    Path classes = Files.createDirectories(folder.resolve("classes/a/b"));
    Files.writeString(sources.resolve("OldModel.java"), "");
    Files.writeString(classes.resolve("OldModel.class"), "");
    Files.writeString(classes.resolve("Other.class"), "");

    new ModelWriter(folder.resolve("sources")).removeCompiled(folder.resolve("classes"));

    assertFalse(Files.exists(classes.resolve("OldModel.class")));
    assertTrue(Files.exists(classes.resolve("Other.class")));
  }

  private static String help(CommandSpec command) {
    return new CommandLine(command).getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static String described(ArgSpec argument) {
    return String.join(
        " | ",
        argument instanceof OptionSpec option ? Arrays.toString(option.names()) : "operand",
        argument.type().getName(),
        Arrays.toString(argument.auxiliaryTypes()),
        argument.arity().toString(),
        argument.arity().max() == 0 ? "no value" : argument.paramLabel(),
        String.valueOf(argument.defaultValue()),
        Arrays.stream(argument.converters()).map(each -> each.getClass().getName()).toList() + "",
        List.of(argument.description()) + "",
        "hidden " + argument.hidden(),
        "required " + argument.required(),
        "scope " + argument.scopeType(),
        "split " + argument.splitRegex(),
        "help " + (argument instanceof OptionSpec option && option.usageHelp()),
        "version " + (argument instanceof OptionSpec option && option.versionHelp()),
        "initial " + argument.initialValue());
  }

  @Command(name = "hidden-field")
  static final class WithPrivateField {
    @Option(names = "--secret")
    private String secret;

    String secret() {
      return secret;
    }
  }

  @Test
  void aPrivateFieldIsRefusedByName() {
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () -> new ModelWriter(folder).write(new CommandLine(new WithPrivateField())));

    assertTrue(refused.getMessage().contains("WithPrivateField.secret"), refused.getMessage());
  }

  @Command(name = "another", header = "not known to the writer")
  static final class WithAnotherAttribute {}

  @Test
  void anAttributeWithoutCodeIsRefusedByName() {
    NullPointerException refused =
        assertThrows(
            NullPointerException.class,
            () -> new ModelWriter(folder).write(new CommandLine(new WithAnotherAttribute())));

    assertTrue(refused.getMessage().contains("'header'"), refused.getMessage());
  }

  @Test
  void aModelOfARemovedClassIsRemoved() throws Exception {
    Path old = Files.writeString(folder.resolve("OldModel.java"), "class OldModel {}");

    new ModelWriter(folder).write(Main.described());

    assertFalse(Files.exists(old));
    assertTrue(
        Files.exists(folder.resolve("dev/embedctl/cli/batch/BatchOptionsModel.java")),
        "the models of this program");
  }
}
