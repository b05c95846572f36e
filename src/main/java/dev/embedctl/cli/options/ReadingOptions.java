package dev.embedctl.cli.options;

import dev.embedctl.cli.options.FolderFiles.Kind;
import dev.embedctl.io.input.InputFormat;
import dev.embedctl.io.input.RecordRange;
import dev.embedctl.io.input.TextForm;
import dev.embedctl.io.input.TextForm.Header;
import dev.embedctl.io.input.TextForm.Quoting;
import dev.embedctl.model.EmbedctlException.Usage;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options for the form of the input and the records to read, as typed. */
public final class ReadingOptions {
  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description =
          "Files of folders to read, by name, or by path below the folder; repeat it for several.")
  List<String> include = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = "Files of folders to skip, as for --include.")
  List<String> exclude = new ArrayList<>();

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description =
          "Character between the cells of CSV and TSV; \\t is a tab. Default: , or a tab.")
  String delimiter;

  @Option(
      names = "--quote",
      paramLabel = "CHAR|none",
      description =
          "Character around a cell, doubled for itself; none: no character quotes. Default: \" for"
              + " CSV, none for TSV.")
  String quote;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description =
          "Encoding of a text format, such as windows-1252. Default: UTF-8, or UTF-16 and UTF-32"
              + " with a byte-order mark.")
  String encoding;

  @Option(
      names = "--no-header",
      description = "The first row of CSV and TSV is a record; columns are named 1, 2, 3, ...")
  boolean noHeader;

  @Option(
      names = "--null",
      paramLabel = "TEXT",
      description = "Content of a CSV or TSV cell that has no value, such as \\N.")
  String nullCell;

  @Option(
      names = "--skip",
      paramLabel = "N",
      description = "Number of records to skip at the beginning. Default: 0.")
  long skip;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Maximum number of records to read. Default: all.")
  Long limit;

  /** Which files of a folder are read. */
  FolderFiles folders(Optional<InputFormat> format) {
    return new FolderFiles(
        format.equals(Optional.of(InputFormat.FILES)) ? Kind.TEXTS : Kind.KNOWN_FORMATS,
        FolderFiles.globs("--include", include),
        FolderFiles.globs("--exclude", exclude));
  }

  /**
   * How the input is written.
   *
   * @throws Usage if there is no such encoding or character
   */
  TextForm form() {
    return new TextForm(
        Optional.ofNullable(encoding).map(ReadingOptions::charset),
        Optional.ofNullable(delimiter).map(typed -> character("--delimiter", typed)),
        Optional.ofNullable(quote)
            .map(
                typed ->
                    typed.equals("none")
                        ? new Quoting.None()
                        : new Quoting.By(character("--quote", typed))),
        noHeader ? Header.NONE : Header.NAMES_COLUMNS,
        Optional.ofNullable(nullCell));
  }

  /** The records that are read. */
  RecordRange range() {
    OptionBounds.range("--skip", skip, 0, Long.MAX_VALUE);
    if (limit == null) {
      return new RecordRange(skip, OptionalLong.empty());
    }
    OptionBounds.range("--limit", limit, 1, Long.MAX_VALUE);
    return new RecordRange(skip, OptionalLong.of(limit));
  }

  private static char character(String option, String typed) {
    if (typed.equals("\\t")) {
      return '\t';
    }
    if (typed.length() != 1) {
      throw new Usage(option + " '" + typed + "': give one character");
    }
    return typed.charAt(0);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new Usage(
          "--encoding " + name + ": not known; give a name such as windows-1252 or UTF-16LE");
    }
  }
}
