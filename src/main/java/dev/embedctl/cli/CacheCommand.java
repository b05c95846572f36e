package dev.embedctl.cli;

import dev.embedctl.cache.CacheMaintenance;
import dev.embedctl.cache.CacheMaintenance.NamespaceSize;
import dev.embedctl.cache.CacheStats;
import dev.embedctl.cache.CleanReport;
import dev.embedctl.cache.CopyReport;
import dev.embedctl.cache.NamespaceFilter;
import dev.embedctl.cache.PruneRequest;
import dev.embedctl.cache.VerifyReport;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cache.lines.JsonLinesExport;
import dev.embedctl.cache.lines.JsonLinesImport;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Reason;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.DurationConverter;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.service.table.TableExport;
import dev.embedctl.service.table.TableImport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The command {@code embedctl cache}: statistics and maintenance of the cache. */
@Command(
    name = "cache",
    description = "Manages the cache, whose files only their owner can read (mode 600).",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT, // each command below it has its own help
    synopsisSubcommandLabel = "COMMAND")
final class CacheCommand extends CacheFolderCommand {
  @Option(
      names = "--cache-wait",
      paramLabel = "D",
      defaultValue = "30s",
      converter = DurationConverter.class,
      scope = ScopeType.INHERIT,
      description = "Longest wait while a run uses the cache. Default: 30s.")
  private Duration wait;

  CacheCommand(Console console) {
    super(console, "stats");
  }

  @Command(description = "Prints the number and the size of vectors by provider and model.")
  int stats(
      @Option(names = "--json", description = "One JSON object, with exact sizes.") boolean json) {
    CacheStats stats = maintenance().stats();
    if (json) {
      console.printJson(CacheJson.of(stats, where()));
    } else {
      CacheText.of(stats, where()).forEach(this::print);
    }
    return ExitCode.OK.number();
  }

  @Command(description = "Reads and checks all files; exit code 1 if anything is wrong.")
  int verify() {
    VerifyReport report = maintenance().verify();
    for (VerifyReport.Part part : report.parts()) {
      part.examples()
          .forEach(
              row ->
                  print(
                      String.format(
                          Locale.ROOT,
                          "%s: row %d is damaged: its text will be paid for again",
                          row.file(),
                          row.row())));
      part.problems()
          .forEach(problem -> print(String.format(Locale.ROOT, "%s: %s", part.name(), problem)));
      part.setAside().forEach(file -> print(CacheText.setAside(file)));
    }
    print(String.format(Locale.ROOT, "%,d rows, %,d damaged", report.rows(), report.damagedRows()));
    return (report.sound() ? ExitCode.OK : ExitCode.RUN_FAILED).number();
  }

  @Command(description = "Drops the oldest vectors.")
  int prune(
      @Mixin VectorSelection selection,
      @Option(
              names = "--older-than",
              paramLabel = "D",
              converter = DurationConverter.class,
              description = "Those paid for longer ago than this, such as 90d.")
          Duration olderThan,
      @Option(
              names = "--max-size",
              paramLabel = "BYTES",
              description = "Until the rest is no larger than this, such as 500m or 10g.")
          String maxSize) {
    if (olderThan == null && maxSize == null) {
      throw new Usage("cache prune: give --older-than D or --max-size BYTES");
    }
    CacheMaintenance cache = maintenance();
    OptionalLong most = maxSize == null ? OptionalLong.empty() : OptionalLong.of(bytes(maxSize));
    print(
        cache.prune(
            new PruneRequest(
                Optional.ofNullable(olderThan), most, selection.filter(cache::specs))));
    return ExitCode.OK.number();
  }

  @Command(description = "Frees the space of vectors that newer ones replaced.")
  int compact() {
    print(maintenance().compact());
    return ExitCode.OK.number();
  }

  @Command(description = "Removes all vectors, or one provider's or model's.")
  int clear(
      @Mixin VectorSelection selection,
      @Option(
              names = "--yes",
              description = "Do not ask for confirmation. In a script, clear never asks.")
          boolean yes) {
    CacheMaintenance cache = maintenance();
    NamespaceFilter filter = selection.filter(cache::specs);
    Question question = new Question(console);
    if (!yes && question.canBeAsked() && !isWanted(question, cache.sizes(filter))) {
      console.say("nothing was deleted");
      return ExitCode.RUN_FAILED.number();
    }
    print(cache.clear(filter));
    return ExitCode.OK.number();
  }

  private boolean isWanted(Question question, List<NamespaceSize> sizes) {
    String lines = String.join("\n", CacheText.deleted(sizes, where()));
    return sizes.isEmpty() || question.isAnsweredYes(lines + "\nDelete them?");
  }

  @Command(
      description = {
        "Writes all vectors as JSON Lines to standard output,",
        "or adds them to a table for Spark."
      })
  int export(
      @Mixin VectorSelection selection,
      @Parameters(
              paramLabel = "TABLE",
              arity = "0..1",
              description = "The folder of a cache table. Vectors that it contains are left out.")
          Path table) {
    CacheMaintenance cache = maintenance();
    NamespaceFilter filter = selection.filter(cache::specs);
    if (table == null) {
      exportLines(cache, filter);
    } else {
      exportTable(cache, filter, table);
    }
    return ExitCode.OK.number();
  }

  private void exportLines(CacheMaintenance cache, NamespaceFilter filter) {
    try {
      cache.exportTo(new JsonLinesExport(console.out()), filter);
    } catch (IOException e) {
      throw StreamOutput.failure(e);
    }
  }

  private void exportTable(CacheMaintenance cache, NamespaceFilter filter, Path table) {
    try (TableExport export = new TableExport(table)) {
      CopyReport report = cache.exportTo(export, filter);
      print(
          String.format(
              Locale.ROOT,
              "%,d vectors added, %,d were in the table already",
              report.added(),
              report.present()));
    } catch (IOException e) {
      throw new RunFailed("cannot write " + table + ": " + Reason.of(e), e);
    }
  }

  @Command(name = "import", description = "Adds the vectors that export wrote.")
  int importFrom(
      @Parameters(
              paramLabel = "FILE",
              arity = "0..1",
              description = "A file, - for standard input, or the folder of a cache table.")
          String file) {
    if (file != null && Files.isDirectory(Path.of(file))) {
      importTable(Path.of(file));
    } else {
      importLines(file == null ? "-" : file);
    }
    return ExitCode.OK.number();
  }

  private void importLines(String file) {
    try (InputStream in =
        new BufferedInputStream(
            file.equals("-") ? console.in() : Files.newInputStream(Path.of(file)))) {
      print(
          maintenance()
              .importFrom(new JsonLinesImport(in, file.equals("-") ? "standard input" : file)));
    } catch (IOException e) {
      throw new Usage("cannot read " + file + ": " + Reason.of(e));
    }
  }

  private void importTable(Path folder) {
    TableImport table = new TableImport(folder);
    print(maintenance().importFrom(table));
    if (table.damagedRows() > 0) {
      print(
          String.format(
              Locale.ROOT,
              "%,d damaged rows left out: their texts will be paid for again",
              table.damagedRows()));
    }
    List<InvalidInput> unreadable = table.unreadable();
    if (!unreadable.isEmpty()) {
      throw new InvalidInput(
          unreadable.getFirst().getMessage()
              + (unreadable.size() == 1 ? "" : ", and " + (unreadable.size() - 1) + " more files")
              + "; all other vectors are in the cache now",
          unreadable.getFirst());
    }
  }

  private void print(CopyReport imported) {
    print(
        String.format(
            Locale.ROOT,
            "%,d vectors added, %,d were in the cache already",
            imported.added(),
            imported.present()));
  }

  private CacheMaintenance maintenance() {
    return new CacheMaintenance(
        where(),
        new LockTerms("embedctl cache", wait, holder -> console.say(holder)),
        InstantSource.system());
  }

  private static long bytes(String typed) {
    String number = typed.toLowerCase(Locale.ROOT);
    int shift =
        switch (number.isEmpty() ? ' ' : number.charAt(number.length() - 1)) {
          case 'k' -> 10;
          case 'm' -> 20;
          case 'g' -> 30;
          default -> 0;
        };
    try {
      long value = Long.parseLong(shift == 0 ? number : number.substring(0, number.length() - 1));
      if (value >= 0 && value <= Long.MAX_VALUE >> shift) {
        return value << shift;
      }
    } catch (NumberFormatException e) {
      throw new Usage("--max-size " + typed + ": give a number of bytes, such as 500m or 10g");
    }
    throw new Usage("--max-size " + typed + ": give a number of bytes, such as 500m or 10g");
  }

  private void print(CleanReport report) {
    print(
        String.format(
            Locale.ROOT,
            "%,d vectors kept, %,d rows dropped, %,d bytes freed",
            report.rowsAfter(),
            report.rowsBefore() - report.rowsAfter(),
            report.bytesBefore() - report.bytesAfter()));
  }
}
