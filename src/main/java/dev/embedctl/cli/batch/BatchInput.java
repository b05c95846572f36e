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

  /** How the errors file names the place of a failed record. */
  default ErrorsSink.Place placeInErrors() {
    return ErrorsSink.Place.LINE;
  }

  /** Opens the input. */
  RecordSource open(InputStream standardInput, InputOptions options) throws IOException;

  /** Records from standard input. */
  record StandardInput() implements BatchInput {
    @Override
    public RecordSource open(InputStream standardInput, InputOptions options) throws IOException {
      return RecordSources.open(standardInput, options);
    }
  }

  /** Standard input as one text. */
  record PipedText() implements BatchInput {
    @Override
    public RecordSource open(InputStream standardInput, InputOptions options) {
      return RecordSources.openAsText(standardInput);
    }
  }

  /** Arguments, one text each. */
  record Arguments(List<String> texts) implements BatchInput {
    public Arguments {
      texts = List.copyOf(texts);
    }

    @Override
    public RecordSource open(InputStream standardInput, InputOptions options) {
      return new TextSource(ARGUMENTS, texts.iterator());
    }
  }

  /** Files, read one after the other. */
  record Files(List<Path> paths, Numbering numbering) implements BatchInput {
    public Files {
      paths = List.copyOf(paths);
    }

    @Override
    public ErrorsSink.Place placeInErrors() {
      return paths.size() == 1 ? ErrorsSink.Place.LINE : ErrorsSink.Place.FILE_AND_LINE;
    }

    @Override
    public RecordSource open(InputStream standardInput, InputOptions options) throws IOException {
      return RecordSources.open(paths, options, numbering);
    }
  }
}
