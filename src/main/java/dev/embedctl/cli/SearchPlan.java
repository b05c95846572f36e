package dev.embedctl.cli;

import dev.embedctl.cli.options.InputFiles;
import dev.embedctl.cli.options.InputPlan;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.OutputOrigin;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.bytes.OutputTarget;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.readback.OutputReaders.Reading;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputType;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.pipeline.Split;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.Surroundings;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.service.EmbeddingSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The checked options of a {@code search} command line.
 *
 * @param input the input with the rows' texts, if given
 * @param textField the member of a row's metadata that is its text
 * @param temporary a folder for temporary files
 */
record SearchPlan(
    Path output,
    Reading reading,
    Wanted wanted,
    Form form,
    Optional<Input> input,
    String textField,
    Path temporary) {

  private static final int MOST_ROWS = 10_000;
  private static final int CHUNK_SIZE = 100;

  /** How hits are written. */
  enum Form {
    TABLE,
    JSON
  }

  /**
   * The input of an output.
   *
   * @param files one or more files
   * @param pieces the pieces into which the texts were split, if they were
   */
  record Input(List<Path> files, InputOptions options, Optional<Pieces> pieces) {}

  /**
   * The pieces of an output's texts.
   *
   * @param provider counts the tokens, as in the run
   */
  record Pieces(Split split, ProviderSettings provider) {}

  /** The kind of search. */
  sealed interface Wanted {

    /**
     * The rows nearest to a text.
     *
     * @param cache the folder of the cache, if it is used
     * @param notice a message before the text is embedded, if any
     */
    record NearText(
        String text,
        int count,
        EmbeddingSettings settings,
        Optional<Path> cache,
        Optional<String> notice)
        implements Wanted {}

    /** The rows nearest to a row. */
    record NearRow(String id, int count) implements Wanted {}

    /** All pairs of rows that are at least this near. */
    record Pairs(double least) implements Wanted {}
  }

  /**
   * Checks the options of a command line.
   *
   * @param isTyped whether an option was typed
   * @throws Usage if the options contradict each other
   */
  static SearchPlan of(SearchOptions typed, Predicate<String> isTyped, Surroundings surroundings) {
    OptionBounds.range("-k", typed.count, 1, MOST_ROWS);
    checkIsThere(typed.output);
    Path metrics =
        Optional.ofNullable(typed.metrics).orElseGet(() -> RunFiles.metricsOf(typed.output));
    OutputOrigin origin =
        Files.isRegularFile(metrics) ? OutputOrigin.read(metrics) : OutputOrigin.unknown();
    return new SearchPlan(
        typed.output,
        new Reading(
            Optional.ofNullable(typed.outputFormat),
            Optional.ofNullable(typed.vectorFormat),
            origin.dimensions()),
        wanted(typed, isTyped, origin, metrics, surroundings),
        typed.json ? Form.JSON : Form.TABLE,
        input(typed, isTyped, origin),
        typed.textField,
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  private static Optional<Input> input(
      SearchOptions typed, Predicate<String> isTyped, OutputOrigin origin) {
    if (typed.inputs.isEmpty()) {
      return Optional.empty();
    }
    List<Path> files =
        InputFiles.of(
            typed.inputs,
            Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
            typed.reading,
            Optional.of(typed.output));
    if (files.isEmpty()) {
      throw new Usage("--input -: the texts cannot come from standard input; name a file");
    }
    return Optional.of(
        new Input(
            files,
            InputPlan.of(
                Optional.ofNullable(typed.inputFormat),
                typed.textField,
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(typed.template),
                typed.reading),
            Optional.ofNullable(typed.split)
                .or(origin::split)
                .map(split -> new Pieces(split, madeBy(typed, isTyped, origin)))));
  }

  /** The provider of the run, whose texts have another purpose than a query. */
  private static ProviderSettings madeBy(
      SearchOptions typed, Predicate<String> isTyped, OutputOrigin origin) {
    typed.provider.fillFrom(origin, isTyped);
    ProviderSettings settings = settings(typed).provider();
    return origin.provider().isPresent()
        ? settings.forTexts(origin.inputType().flatMap(SearchPlan::inputType), origin.prefix())
        : settings;
  }

  private static Optional<InputType> inputType(String word) {
    return Arrays.stream(InputType.values())
        .filter(type -> type.name().equalsIgnoreCase(word))
        .findFirst();
  }

  private static void checkIsThere(Path output) {
    if (Files.isDirectory(output)) {
      throw new Usage("OUTPUT " + output + ": a folder; name a file in it");
    }
    if (Files.exists(output)) {
      return;
    }
    Path part = OutputTarget.partOf(output);
    if (Files.exists(part)) {
      throw new InvalidInput(
          output
              + ": not finished: "
              + part.getFileName()
              + " belongs to a run that is active or was stopped; run the same batch command again");
    }
    throw new InvalidInput(output + ": no such file");
  }

  private static Wanted wanted(
      SearchOptions typed,
      Predicate<String> isTyped,
      OutputOrigin origin,
      Path metrics,
      Surroundings surroundings) {
    long given = Stream.of(typed.query, typed.byId, typed.pairs).filter(Objects::nonNull).count();
    if (given != 1) {
      throw new Usage("give one of QUERY, --by-id ID and --pairs COSINE");
    }
    if (typed.byId != null) {
      return new Wanted.NearRow(typed.byId, typed.count);
    }
    if (typed.pairs != null) {
      if (!(typed.pairs >= -1 && typed.pairs <= 1)) {
        throw new Usage("--pairs " + typed.pairs + ": give a number from -1 to 1, such as 0.98");
      }
      return new Wanted.Pairs(typed.pairs);
    }
    if (typed.query.isBlank()) {
      throw new Usage("QUERY is blank; give a text");
    }
    boolean only = typed.cache.onMiss() == OnMiss.FAIL;
    if (typed.cache.areOff() && (typed.cache.namesFolder() || only)) {
      throw new Usage("--no-cache contradicts --cache and --cache-only; drop one");
    }
    if (origin.provider().isEmpty() && !isTyped.test("--provider")) {
      throw new Usage(
          metrics
              + (Files.exists(metrics) ? ": names no provider" : ": no such file")
              + ", so the provider of "
              + typed.output
              + " is unknown; give the run's --provider and --model, and its --base-url,"
              + " --dimensions and --input-type if it had them");
    }
    typed.provider.fillFrom(origin, isTyped);
    EmbeddingSettings settings = settings(typed);
    if (!only && !isTyped.test("--base-url")) {
      new Providers(settings.provider(), surroundings, sentence -> {}).checkAddressNamedBy(metrics);
    }
    return new Wanted.NearText(
        typed.query,
        typed.count,
        settings,
        typed.cache.folder(surroundings.environment()),
        typed.quiet ? Optional.empty() : otherModel(settings, origin, typed.output));
  }

  private static Optional<String> otherModel(
      EmbeddingSettings settings, OutputOrigin origin, Path output) {
    String provider = settings.provider().name();
    Optional<String> model = settings.provider().model();
    boolean same =
        origin.provider().isEmpty()
            || (origin.provider().get().equals(provider) && model.equals(origin.model()));
    return same
        ? Optional.empty()
        : Optional.of(
            output
                + " was made with "
                + origin.provider().get()
                + origin.model().map(name -> " " + name).orElse("")
                + ", and the query is embedded with "
                + provider
                + model.map(name -> " " + name).orElse("")
                + ": only vectors of one model can be compared");
  }

  private static EmbeddingSettings settings(SearchOptions typed) {
    return new EmbeddingSettings(
        typed.provider.plan(RetryPolicy.USUAL, PaceLimits.usual(1), SpendingLimit.NONE),
        OnError.COLLECT,
        typed.cache.onMiss(),
        CHUNK_SIZE,
        1,
        1,
        Runtime.getRuntime().maxMemory() / 4,
        typed.cache.longestWait());
  }
}
