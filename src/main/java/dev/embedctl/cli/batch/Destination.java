package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.InputFile;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.io.input.InputFormat;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.Numbering;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.io.output.SinkPerInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The place to which a run writes its embeddings. */
sealed interface Destination {

  /** The file or the folder; empty for standard output. */
  Optional<Path> path();

  /** The folders that the run creates if they do not exist. */
  default Set<Path> made() {
    return Set.of();
  }

  /**
   * How the records of several inputs are numbered: if each has its own output, each starts at 0.
   */
  default Numbering numbering() {
    return Numbering.THROUGH_ALL;
  }

  /** The usual place of another file of the run, such as its metrics, if there is one. */
  Optional<Path> companion(String name);

  /** The files that are written, by their names in messages. */
  Map<String, Optional<Path>> written();

  /** Opens the output. */
  RecordSink open(OutputStream standardOutput);

  /** Standard output. */
  record StandardOutput(OutputPlan.Streamed plan) implements Destination {
    @Override
    public Optional<Path> path() {
      return Optional.empty();
    }

    @Override
    public Optional<Path> companion(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, Optional<Path>> written() {
      return new LinkedHashMap<>();
    }

    @Override
    public RecordSink open(OutputStream standardOutput) {
      return plan.on(new StreamOutput(standardOutput));
    }
  }

  /** A file, a device or a pipe. */
  record OneFile(Path file, OutputPlan plan) implements Destination {
    @Override
    public Optional<Path> path() {
      return Optional.of(file);
    }

    @Override
    public Optional<Path> companion(String name) {
      return path().filter(RunFiles::isOrMayBeRegular).map(one -> RunFiles.beside(one, "." + name));
    }

    @Override
    public Map<String, Optional<Path>> written() {
      Map<String, Optional<Path>> written = new LinkedHashMap<>();
      written.put("--output", path());
      written.put("the array's ids", plan.second(file));
      return written;
    }

    @Override
    public RecordSink open(OutputStream standardOutput) {
      return plan.open(file);
    }
  }

  /**
   * A folder with a file for each input.
   *
   * @param files by the names of their inputs, in the order of the inputs
   */
  record Folder(Path folder, Map<String, Path> files, OutputPlan plan) implements Destination {
    public Folder {
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    @Override
    public Optional<Path> path() {
      return Optional.of(folder);
    }

    @Override
    public Set<Path> made() {
      return files.values().stream().map(Path::getParent).collect(Collectors.toSet());
    }

    @Override
    public Numbering numbering() {
      return Numbering.PER_FILE;
    }

    @Override
    public Optional<Path> companion(String name) {
      return Optional.of(folder.resolve(name));
    }

    @Override
    public Map<String, Optional<Path>> written() {
      Map<String, Optional<Path>> written = new LinkedHashMap<>();
      files.forEach(
          (input, file) -> {
            written.put("the output of " + input, Optional.of(file));
            written.put("the ids of " + input, plan.second(file));
          });
      return written;
    }

    @Override
    public RecordSink open(OutputStream standardOutput) {
      return SinkPerInput.open(List.copyOf(files.keySet()), input -> plan.open(files.get(input)));
    }

    private static Folder of(
        String typed, List<InputFile> inputs, InputOptions reading, OutputPlan plan) {
      Path folder = Path.of(typed);
      if (inputs.isEmpty()) {
        throw new Usage(
            "--output "
                + typed
                + ": a folder gets one file per INPUT, named like it, but standard input has no name;"
                + " name a file");
      }
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new Usage("--output " + typed + ": " + folder + " is not a folder; name another");
      }
      Map<String, Path> files = new LinkedHashMap<>();
      Map<Path, Path> inputOf = new HashMap<>();
      for (InputFile input : inputs) {
        Path file = folder.resolve(stem(input, reading) + plan.ending());
        Path other = inputOf.put(file, input.path());
        if (other != null) {
          throw new Usage(
              "--output "
                  + typed
                  + ": the outputs of "
                  + other
                  + " and "
                  + input.path()
                  + " would both be "
                  + file
                  + "; rename one of them, or write them to two folders in two runs");
        }
        files.put(input.path().toString(), file);
      }
      return new Folder(folder, files, plan);
    }

    /** The input's name without the endings of its format and compression. */
    private static String stem(InputFile input, InputOptions reading) {
      String name = input.name().toString();
      boolean isDocument = reading.format().equals(Optional.of(InputFormat.FILES));
      if (isDocument || InputFormat.ofFileName(name).isEmpty()) {
        return name;
      }
      String plain = Compression.stripped(name);
      return plain.substring(0, plain.lastIndexOf('.'));
    }
  }

  /**
   * Checks the options for the output.
   *
   * @param inputs the files that are read; empty for standard input
   * @throws Usage if they cannot be written there
   */
  static Destination of(BatchOptions typed, List<InputFile> inputs, InputOptions reading) {
    OutputPlan plan = OutputPlan.of(typed, reading);
    if (isFolder(typed.output)) {
      return Folder.of(typed.output, inputs, reading, plan);
    }
    Optional<Path> file =
        typed.output.equals("-") ? Optional.empty() : Optional.of(Path.of(typed.output));
    if (plan instanceof OutputPlan.Streamed streamed) {
      return file.<Destination>map(path -> new OneFile(path, streamed))
          .orElseGet(() -> new StandardOutput(streamed));
    }
    return new OneFile(
        file.filter(RunFiles::isOrMayBeRegular)
            .orElseThrow(
                () ->
                    new Usage(
                        "--output-format npy: the header of an array holds its length and is"
                            + " written last, so --output must be a file")),
        plan);
  }

  /** Whether the name is that of a folder: it ends with a slash. */
  static boolean isFolder(String typed) {
    return typed.endsWith("/") || typed.endsWith(File.separator);
  }

  /**
   * Makes the folders.
   *
   * @throws RunFailed if one cannot be made
   */
  default void makeFolders() {
    made().forEach(Destination::make);
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new RunFailed("the folder " + folder + " cannot be made: " + e.getMessage(), e);
    }
  }
}
