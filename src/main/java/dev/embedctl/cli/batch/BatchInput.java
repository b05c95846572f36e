package dev.embedctl.cli.batch;

import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.Numbering;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.io.input.TextSource;
import dev.embedctl.io.output.ErrorsSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The source of a run's texts. */
sealed interface BatchInput {
  /** The name of arguments in messages. */
  String ARGUMENTS = "TEXT";

  /** Records from standard input. */
  record StandardInput() implements BatchInput {}

  /** Standard input as one text. */
  record PipedText() implements BatchInput {}

  /** Arguments, one text each. */
  record Arguments(List<String> texts) implements BatchInput {
    public Arguments {
      texts = List.copyOf(texts);
    }
  }

  /** Files, read one after the other. */
  record Files(List<Path> paths, Numbering numbering) implements BatchInput {
    public Files {
      paths = List.copyOf(paths);
    }
  }

  /** How the errors file names the place of a failed record. */
  default ErrorsSink.Place placeInErrors() {
    return switch (this) {
      case StandardInput records -> ErrorsSink.Place.LINE;
      case PipedText text -> ErrorsSink.Place.LINE;
      case Arguments arguments -> ErrorsSink.Place.LINE;
      case Files files ->
          files.paths().size() == 1 ? ErrorsSink.Place.LINE : ErrorsSink.Place.FILE_AND_LINE;
    };
  }

  /** Opens the input. */
  default RecordSource open(InputStream standardInput, InputOptions options) throws IOException {
    return switch (this) {
      case StandardInput records -> RecordSources.open(standardInput, options);
      case PipedText text -> RecordSources.openAsText(standardInput);
      case Arguments arguments -> new TextSource(ARGUMENTS, arguments.texts().iterator());
      case Files files -> RecordSources.open(files.paths(), options, files.numbering());
    };
  }
}
