package dev.embedctl.cli;

import dev.embedctl.cli.SearchPlan.Wanted;
import dev.embedctl.cli.console.Console;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.SplitSource;
import dev.embedctl.provider.Providers;
import dev.embedctl.search.Hit;
import dev.embedctl.search.NearDuplicates;
import dev.embedctl.search.OutputSearch;
import dev.embedctl.search.RecordTexts;
import dev.embedctl.service.EmbeddingBatchResponse;
import dev.embedctl.service.EmbeddingService;
import dev.embedctl.service.EmbeddingServiceBuilder;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Embeds the query of a plan, searches the output, and prints the nearest rows. */
final class SearchRun {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final SearchPlan plan;
  private final Console console;
  private final OutputSearch search;

  SearchRun(SearchPlan plan, Console console) {
    this.plan = plan;
    this.console = console;
    this.search = new OutputSearch(plan.output(), plan.reading(), THREADS);
  }

  /**
   * Prints the hits.
   *
   * @throws dev.embedctl.model.EmbedctlException if the query cannot be embedded, or the output
   *     cannot be searched
   */
  void run() throws InterruptedException {
    try {
      switch (plan.wanted()) {
        case Wanted.NearText near -> {
          near.notice().ifPresent(console::say);
          print(search.nearest(vector(near), near.count()));
        }
        case Wanted.NearRow near -> print(search.neighbours(row(near.id()), near.count()));
        case Wanted.Pairs pairs -> printPairs(pairs.least());
      }
    } catch (IOException e) {
      throw new RunFailed(plan.output() + " could not be searched: " + e.getMessage(), e);
    }
  }

  private Vector vector(Wanted.NearText near) throws InterruptedException {
    EmbeddingServiceBuilder builder =
        EmbeddingService.builder()
            .settings(near.settings())
            .environment(console.env())
            .installation(console.home());
    near.cache().ifPresent(builder::cache);
    try (EmbeddingService service = builder.build()) {
      EmbeddingBatchResponse response = service.generateBatch(List.of(near.text()));
      if (!response.errors().isEmpty()) {
        throw failed(response.errors().getFirst().failure());
      }
      return response.embeddings().getFirst().embedding();
    }
  }

  private static EmbedctlException failed(TextFailure failure) {
    String message =
        "the query cannot be embedded: "
            + failure.message()
            + (failure.attempts() > 1 ? " (after " + failure.attempts() + " attempts)" : "");
    return failure.code().inputIsAtFault() ? new InvalidInput(message) : new RunFailed(message);
  }

  private OutputSearch.Found row(String id) throws IOException {
    return search
        .find(id)
        .orElseThrow(
            () -> new Usage("--by-id " + id + ": no row of " + plan.output() + " has this id"));
  }

  private void print(List<Hit> hits) throws IOException {
    Map<Long, String> texts = texts(hits);
    switch (plan.form()) {
      case TABLE -> console.print(HitTable.of(hits, texts, OutputWidth.of(console)));
      case JSON -> console.printJson(HitJson.of(hits, texts));
    }
  }

  /** The texts of the hits, by the indexes of their records. */
  private Map<Long, String> texts(List<Hit> hits) throws IOException {
    if (plan.input().isPresent()) {
      return texts(
          plan.input().get(),
          hits.stream().map(hit -> hit.label().index()).collect(Collectors.toSet()));
    }
    Map<Long, String> texts = new HashMap<>();
    hits.forEach(
        hit ->
            hit.label()
                .metadata()
                .flatMap(metadata -> RecordTexts.member(metadata, plan.textField()))
                .ifPresent(text -> texts.put(hit.label().index(), text)));
    return texts;
  }

  private Map<Long, String> texts(SearchPlan.Input input, Set<Long> indexes) throws IOException {
    try (RecordSource records = RecordSources.open(input.files(), input.options())) {
      if (input.pieces().isEmpty()) {
        return RecordTexts.of(records, indexes);
      }
      SearchPlan.Pieces pieces = input.pieces().get();
      try (Providers.Unsent counting =
          new Providers(pieces.provider(), console.surroundings(), sentence -> {}).unsent()) {
        return RecordTexts.of(
            new SplitSource(records, pieces.split(), counting.provider()), indexes);
      }
    }
  }

  private void printPairs(double least) throws IOException, InterruptedException {
    var pairs =
        new NearDuplicates(plan.output(), plan.reading(), plan.temporary(), THREADS).atLeast(least);
    switch (plan.form()) {
      case TABLE -> console.print(HitTable.of(pairs));
      case JSON -> console.printJson(HitJson.of(pairs));
    }
  }
}
