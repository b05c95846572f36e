package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.batch.BatchCommand;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.OptionWords;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.model.Parameter;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class ParametersTest {
  @ParameterizedTest
  @EnumSource(Parameter.class)
  void eachParameterThatAMessageMayNameIsAnOption(Parameter parameter) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintStream(OutputStream.nullOutputStream()),
            Map.of(),
            Set.of(),
            Path.of(""));
    CommandSpec batch =
        CommandSpec.forAnnotatedObject(new BatchCommand(console, new Signals(code -> {})));
    assertTrue(batch.optionsMap().containsKey("--" + parameter.key()), parameter::key);
  }

  /** Main keeps picocli from looking for its converters of these types at each start. */
  @Test
  void optionsWithATimeHaveAConverterOfTheirOwn() {
    assertConverters(Main.described().getCommandSpec());
  }

  private static void assertConverters(CommandSpec command) {
    for (ArgSpec arg : command.args()) {
      boolean excluded = arg.type().getName().matches(Main.EXCLUDED_CONVERTERS);
      assertTrue(!excluded || arg.converters().length > 0, arg::toString);
    }
    command
        .subcommands()
        .values()
        .forEach(subcommand -> assertConverters(subcommand.getCommandSpec()));
  }

  @Test
  void messagesShowThemAsOptions() {
    assertEquals(
        "--max-tokens 5 ends the run; --cache-only, not `other`",
        OptionWords.in(
            Parameter.MAX_TOKENS + " 5 ends the run; " + Parameter.CACHE_ONLY + ", not `other`"));
  }
}
