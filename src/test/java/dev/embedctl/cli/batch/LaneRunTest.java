package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.cli.console.Console;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.Call;
import dev.embedctl.testing.batch.Fault;
import dev.embedctl.testing.batch.GeminiPlay;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.State;
import dev.embedctl.testing.batch.MistralPlay;
import dev.embedctl.testing.batch.OpenAiPlay;
import dev.embedctl.testing.batch.Reply;
import dev.embedctl.testing.batch.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs with jobs, over real sockets, against servers that play the APIs. */
@Timeout(120)
final class LaneRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 4;

  @TempDir Path folder;

  enum Api {
    OPENAI,
    AZURE,
    GEMINI,
    VOYAGE,
    MISTRAL;

    BatchPlay play() {
      return switch (this) {
        case OPENAI -> OpenAiPlay.openAi();
        case AZURE -> OpenAiPlay.azure();
        case GEMINI -> new GeminiPlay();
        case VOYAGE -> OpenAiPlay.voyage();
        case MISTRAL -> new MistralPlay();
      };
    }

    String keyVariable() {
      return switch (this) {
        case OPENAI -> "OPENAI_API_KEY";
        case AZURE -> "AZURE_OPENAI_API_KEY";
        case GEMINI -> "GEMINI_API_KEY";
        case VOYAGE -> "VOYAGE_API_KEY";
        case MISTRAL -> "MISTRAL_API_KEY";
      };
    }
  }

  private BatchServer server(Api api) throws IOException {
    BatchServer server = new BatchServer(api.play(), DIMENSIONS);
    server.store().course(State.COMPLETED);
    return server;
  }

  private Path input(int texts) throws IOException {
    List<String> lines =
        IntStream.range(0, texts)
            .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"text number " + i % (texts - 3) + "\"}")
            .toList();
    return Files.write(folder.resolve("in.jsonl"), lines);
  }

  /** Runs a batch over the input, with a cache of its own. */
  private Ended run(Api api, BatchServer server, String cache, String output, String... more) {
    return runOver(folder.resolve("in.jsonl"), api, server, cache, output, more);
  }

  private Ended runOver(
      Path input, Api api, BatchServer server, String cache, String output, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "batch",
                input.toString(),
                "-o",
                folder.resolve(output).toString(),
                "--provider",
                api.play().provider(),
                "--model",
                "some-model",
                "--dimensions",
                "" + DIMENSIONS,
                "--base-url",
                server.baseUrl(),
                "--cache",
                folder.resolve(cache).toString()));
    line.addAll(List.of(more));
    return new InProcess(folder)
        .with(api.keyVariable(), BatchServer.KEY)
        .run(line.toArray(String[]::new));
  }

  private byte[] written(String output) throws IOException {
    return Files.readAllBytes(folder.resolve(output));
  }

  private JsonNode metrics(String output) throws IOException {
    return JSON.readTree(written(output + ".metrics.json"));
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void jobsGiveTheSameBytesAsCalls(Api api) throws IOException {
    input(300);
    try (BatchServer server = server(api)) {
      Ended calls = run(api, server, "calls", "calls.jsonl");
      assertEquals(0, calls.code(), calls::err);
      Ended jobs = run(api, server, "jobs", "jobs.jsonl", "--lane", "async");
      assertEquals(0, jobs.code(), jobs::err);
      assertArrayEquals(written("calls.jsonl"), written("jobs.jsonl"));
      assertEquals(297, server.store().submitted().size());
      assertEquals(
          List.of(),
          server.store().files().stream().filter(file -> file.startsWith("file-")).toList(),
          "uploaded files that were not deleted");
    }
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aMixOfCachedTextsJobsAndCallsGivesTheSameBytesAsCalls(Api api) throws IOException {
    input(300);
    Files.write(
        folder.resolve("some.jsonl"),
        Files.readAllLines(folder.resolve("in.jsonl")).subList(40, 90));
    try (BatchServer server = server(api)) {
      for (String cache : List.of("calls", "jobs")) {
        Path whole = folder.resolve("in.jsonl");
        byte[] all = Files.readAllBytes(whole);
        Files.copy(folder.resolve("some.jsonl"), whole, StandardCopyOption.REPLACE_EXISTING);
        assertEquals(0, run(api, server, cache, "some-" + cache + ".jsonl").code());
        Files.write(whole, all);
      }
      assertEquals(0, run(api, server, "calls", "calls.jsonl").code());
      server.store().course(State.EXPIRED); // every second line is left out
      Ended jobs =
          run(
              api,
              server,
              "jobs",
              "jobs.jsonl",
              "--lane",
              "async",
              "--finish",
              "sync",
              "--texts-per-request",
              "20");
      assertEquals(0, jobs.code(), jobs::err);
      assertArrayEquals(written("calls.jsonl"), written("jobs.jsonl"));
      JsonNode metrics = metrics("jobs.jsonl");
      assertEquals(50, metrics.path("cache_hits").asInt());
      assertTrue(metrics.path("jobs").path("texts_embedded").asInt() > 100, metrics::toString);
      assertTrue(metrics.path("api_calls").asInt() > 0, metrics::toString);
      assertTrue(
          server.store().submitted().values().stream().allMatch(times -> times == 1),
          () -> server.store().submitted().toString());
    }
  }

  @Test
  void pendingJobsEndTheRunWithTheCodeForTryAgainLaterAndTheNextRunContinues() throws IOException {
    input(30);
    try (BatchServer server = server(Api.OPENAI)) {
      server.store().course(State.QUEUED, State.RUNNING, State.COMPLETED);
      Ended first =
          run(Api.OPENAI, server, "jobs", "jobs.jsonl", "--lane", "async", "--wait", "0s");
      assertEquals(75, first.code(), first::err);
      assertEquals(
          "embedctl: 1 job is pending: 0 of 27 texts are embedded, the oldest job is 0 min old; the"
              + " same command continues\n",
          first.err());
      assertEquals("pending", metrics("jobs.jsonl").path("status").asText());
      assertEquals(1, metrics("jobs.jsonl").path("jobs").path("pending").asInt());
      Ended second = run(Api.OPENAI, server, "jobs", "jobs.jsonl", "--lane", "async");
      assertEquals(0, second.code(), second::err);
      assertEquals(30, Files.readAllLines(folder.resolve("jobs.jsonl")).size());
      assertEquals(1, server.store().jobs().size());
    }
  }

  @Test
  void aProviderThatAsksForMoreTimeThanTheWaitEndsTheRunWithTheSameCode() throws IOException {
    input(30);
    try (BatchServer server = server(Api.OPENAI)) {
      server.next(Step.POLL, Fault.instead(Reply.text(429, "{}").with("retry-after", "3600")));
      Ended first = run(Api.OPENAI, server, "jobs", "out.jsonl", "--lane", "async", "--wait", "5m");
      assertEquals(75, first.code(), first::err);
      assertTrue(first.err().startsWith("embedctl: 1 job is pending"), first::err);
      assertEquals(0, run(Api.OPENAI, server, "jobs", "out.jsonl", "--lane", "async").code());
      assertEquals(1, server.store().jobs().size());
    }
  }

  @Test
  void aMissingInputIsReportedAsInARunInCalls() throws IOException {
    try (BatchServer server = server(Api.OPENAI)) {
      Ended calls = run(Api.OPENAI, server, "jobs", "out.jsonl");
      Ended jobs = run(Api.OPENAI, server, "jobs", "out.jsonl", "--lane", "async");
      assertEquals(3, jobs.code(), jobs::err);
      assertEquals("embedctl: " + folder.resolve("in.jsonl") + ": no such file\n", jobs.err());
      assertEquals(calls.err(), jobs.err());
      assertFalse(Files.exists(folder.resolve("jobs").resolve("jobs")));
    }
  }

  @Test
  void resultsOfAnotherModelThanTheCachesStayAtTheProviderUntilTheJobIsGivenUp()
      throws IOException {
    input(30);
    try (BatchServer server = server(Api.OPENAI)) {
      Path whole = folder.resolve("in.jsonl");
      byte[] all = Files.readAllBytes(whole);
      Files.write(whole, Files.readAllLines(whole).subList(0, 5));
      assertEquals(0, run(Api.OPENAI, server, "jobs", "some.jsonl").code());
      makeTwoDaysOld("jobs");
      Files.write(whole, all);
      String otherVector =
          "{\"data\":[{\"index\":0,\"embedding\":[0.5,-0.5,0.5,-0.5]}],\"model\":\"some-model\"}";
      server.next(Step.EMBED, Fault.instead(Reply.text(200, otherVector)));
      Ended differs = run(Api.OPENAI, server, "jobs", "out.jsonl", "--lane", "async");
      assertEquals(1, differs.code(), differs::err);
      assertTrue(
          differs.err().contains("makes another vector of a text than in an earlier run")
              && differs.err().contains("less than --min-cosine 0.999")
              && differs
                  .err()
                  .endsWith(
                      "embedctl jobs forget job-000002 --cache "
                          + folder.resolve("jobs")
                          + " gives it up\n"),
          differs::err);
      assertEquals(1, differs.err().lines().count());
      assertEquals(0, server.calls(Step.RESULTS));
      Ended given = jobs("forget", "job-000002");
      assertEquals(0, given.code(), given::err);
      assertEquals(
          "gave up job-000002: its results are lost, and the next run submits its 22 texts again;"
              + " files of its results stay at the provider, so delete them there\n",
          given.out());
      assertEquals("job-000002 has ended: given up\n", jobs("forget", "job-000002").out());
      Ended next = run(Api.OPENAI, server, "jobs", "out.jsonl", "--lane", "async");
      assertEquals(0, next.code(), next::err);
      assertEquals(2, server.store().jobs().size());
      assertEquals(30, Files.readAllLines(folder.resolve("out.jsonl")).size());
    }
  }

  /** Lets the vectors of a cache look as if they were stored two days ago. */
  private void makeTwoDaysOld(String cache) throws IOException {
    InProcess program = new InProcess(folder);
    String where = "--cache=" + folder.resolve(cache);
    long then = Instant.now().minus(Duration.ofDays(2)).getEpochSecond();
    List<String> aged =
        program.run("cache", "export", where).lines().stream()
            .map(line -> line.replaceAll("\"created\":\\d+", "\"created\":" + then))
            .toList();
    Path export = Files.write(folder.resolve("export.jsonl"), aged);
    assertEquals(0, program.run("cache", "clear", "--yes", where).code());
    Ended imported = program.run("cache", "import", export.toString(), where);
    assertEquals(0, imported.code(), imported::err);
  }

  @Test
  void aRunOverAnotherPathOfTheSameFileContinues() throws IOException {
    input(30);
    Path folderToo = Files.createSymbolicLink(folder.resolve("link"), folder);
    try (BatchServer server = server(Api.OPENAI)) {
      server.store().course(State.QUEUED, State.RUNNING, State.COMPLETED);
      String[] more = {"--lane", "async", "--wait", "0s"};
      assertEquals(75, run(Api.OPENAI, server, "jobs", "jobs.jsonl", more).code());
      for (Path path : List.of(folder.resolve("./in.jsonl"), folderToo.resolve("in.jsonl"))) {
        Ended next =
            runOver(
                path, Api.OPENAI, server, "jobs", "jobs.jsonl", "--lane", "async", "--wait", "0s");
        assertTrue(Set.of(0, 75).contains(next.code()), next::err);
        assertEquals(1, server.store().jobs().size());
      }
    }
  }

  @Test
  void pendingJobsAreListedShownAndCancelled() throws IOException {
    input(30);
    try (BatchServer server = server(Api.OPENAI)) {
      server.store().course(State.RUNNING);
      run(Api.OPENAI, server, "jobs", "jobs.jsonl", "--lane", "async", "--wait", "0s");
      assertEquals(
          List.of(
              "JOB                               STATE              TEXTS    EMBEDDED       AGE "
                  + " INPUT",
              "job-000002                        pending               27           0     0 min  "
                  + folder.resolve("in.jsonl").toRealPath()),
          jobs("list").lines());
      JsonNode listed = JSON.readTree(jobs("list", "--json").out());
      assertEquals("job-000002", listed.path(0).path("job").asText());
      assertEquals("pending", listed.path(0).path("state").asText());
      JsonNode shown = JSON.readTree(jobs("show", "job-000002", "--json").out());
      assertEquals(listed.path(0), shown);
      assertTrue(
          jobs("show", "job-000002").lines().contains("model: some-model"),
          () -> jobs("show", "job-000002").out());
      Ended cancelled = jobs("cancel", "job-000002");
      assertEquals(0, cancelled.code(), cancelled::err);
      assertEquals("asked openai to cancel job-000002\n", cancelled.out());
      assertEquals(State.CANCELLING, server.store().jobs().getFirst().state());
      assertEquals(2, jobs("show", "job-9").code());
    }
  }

  /** A job that the server works on, and its name. */
  private String pendingJob(BatchServer server) throws IOException {
    input(30);
    server.store().course(State.RUNNING);
    assertEquals(
        75,
        run(Api.OPENAI, server, "jobs", "jobs.jsonl", "--lane", "async", "--wait", "0s").code());
    return server.store().jobs().getFirst().id();
  }

  @Test
  void aJobIsCancelledThroughAGatewayWithTheOptionsOfARun() throws IOException {
    try (BatchServer server = server(Api.OPENAI)) {
      String job = pendingJob(server);
      Path settings = Files.writeString(folder.resolve("gate.properties"), "query = tenant=7\n");
      Ended cancelled =
          jobs(
              "cancel",
              job,
              "--config",
              settings.toString(),
              "--header",
              "X-Gate: $GATE_TOKEN",
              "--api-key-env",
              "OTHER_KEY");
      assertEquals(0, cancelled.code(), cancelled::err);
      Call last =
          server.calls().stream()
              .filter(call -> call.path().endsWith("/cancel"))
              .findFirst()
              .orElseThrow();
      assertEquals("of the gate", last.headers().getFirst("X-Gate"));
      assertEquals(Optional.of("7"), last.query("tenant"));
    }
  }

  @Test
  void aJobThatHasEndedMeanwhileIsNotSaidToBeCancelled() throws IOException {
    try (BatchServer server = server(Api.OPENAI)) {
      String job = pendingJob(server);
      server.next(
          Step.CANCEL,
          Fault.instead(Reply.text(409, "{\"error\":{\"message\":\"it has ended\"}}")));
      server.next(Step.POLL, Fault.instead(Reply.text(200, ended(job, "completed"))));
      Ended cancelled = jobs("cancel", job);
      assertEquals(0, cancelled.code(), cancelled::err);
      assertEquals(job + " has ended: completed\n", cancelled.out());
    }
  }

  private static String ended(String job, String status) {
    return "{\"id\":\"" + job + "\",\"object\":\"batch\",\"status\":\"" + status + "\"}";
  }

  @Test
  void aJobThatCannotBeCancelledIsAnErrorAndTheOthersAreCancelledAllTheSame() throws IOException {
    try (BatchServer server = server(Api.OPENAI)) {
      String job = pendingJob(server);
      String gone = "{\"error\":{\"message\":\"No batch found\"}}";
      server.next(Step.CANCEL, Fault.instead(Reply.text(404, gone)));
      server.next(Step.POLL, Fault.instead(Reply.text(404, gone)));
      Ended cancelled = jobs("cancel", job, job);
      assertEquals(1, cancelled.code());
      assertEquals("asked openai to cancel " + job + "\n", cancelled.out());
      assertEquals(1, cancelled.err().lines().count(), cancelled::err);
      assertTrue(cancelled.err().contains("is not at the provider for this key"), cancelled::err);
    }
  }

  @Test
  void aKeyThatTheProviderRefusesCancelsNothing() throws IOException {
    try (BatchServer server = server(Api.OPENAI)) {
      String job = pendingJob(server);
      Ended refused = jobs("cancel", job, "--api-key-env", "WRONG_KEY");
      assertEquals(1, refused.code());
      assertEquals("", refused.out());
      assertTrue(refused.err().contains("job " + job + " is not cancelled"), refused::err);
      assertTrue(refused.err().contains("--api-key-env"), refused::err);
      assertEquals(2, jobs("cancel", job, "--api-key-env", "NO_KEY").code());
      assertEquals(State.QUEUED, server.store().jobs().getFirst().state());
    }
  }

  private Ended jobs(String... arguments) {
    List<String> line = new ArrayList<>(List.of("jobs"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--cache", folder.resolve("jobs").toString()));
    return new InProcess(folder)
        .with("OPENAI_API_KEY", BatchServer.KEY)
        .with("OTHER_KEY", BatchServer.KEY)
        .with("WRONG_KEY", "sk-of-somebody-else")
        .with("GATE_TOKEN", "of the gate")
        .run(line.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "cohere,has no asynchronous API",
    "openai --base-url http://a --base-url http://b,a job belongs to one server"
  })
  void aDryRunRefusesTheJobsThatTheRunWouldRefuse(String provider, String message)
      throws IOException {
    input(30);
    String line =
        "batch " + folder.resolve("in.jsonl") + " --lane async --dry-run --provider " + provider;

    Ended ended = new InProcess(folder).run(line.split(" ", -1));

    assertEquals(2, ended.code(), ended::err);
    assertTrue(ended.err().contains(message), ended::err);
  }

  @Test
  void aDryRunShowsThePriceOfBothLanes() throws IOException {
    input(30);
    InProcess embedctl = new InProcess(folder);
    String[] line = {
      "batch",
      folder.resolve("in.jsonl").toString(),
      "--provider",
      "openai",
      "--model",
      "text-embedding-3-small",
      "--dry-run"
    };
    JsonNode estimate = JSON.readTree(embedctl.run(line).out());
    assertEquals(
        estimate.path("cost_usd").path("likely").asDouble() / 2,
        estimate.path("jobs").path("cost_usd").path("likely").asDouble(),
        1e-12);
    assertEquals(24, estimate.path("jobs").path("hours_at_most").asInt());
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    InProcess.runAt(
        Set.of(Console.Stream.OUT),
        "",
        table,
        OutputStream.nullOutputStream(),
        Map.of(),
        InProcess.home(),
        line);
    String shown = table.toString(StandardCharsets.UTF_8);
    assertTrue(shown.contains("cost in jobs"), shown);
    assertTrue(shown.contains("with --lane async, within 24 hours"), shown);
  }

  @Test
  void theMetricsCountTheTextsAsPaidAndNameTheLane() throws IOException {
    input(30);
    try (BatchServer server = server(Api.OPENAI)) {
      run(Api.OPENAI, server, "jobs", "jobs.jsonl", "--lane", "async");
      JsonNode metrics = metrics("jobs.jsonl");
      assertEquals("async", metrics.path("lane").asText());
      assertEquals(0, metrics.path("cache_hits").asInt());
      assertEquals(30, metrics.path("texts_embedded").asInt());
      assertEquals(0, metrics.path("api_calls").asInt());
      assertEquals(1, metrics.path("jobs").path("created").asInt());
      assertEquals(27, metrics.path("jobs").path("texts_embedded").asInt());
      assertTrue(metrics.path("tokens").asInt() > 0, metrics::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aPoisonedTextCostsOnlyItself(Api api) throws IOException {
    input(60);
    try (BatchServer server = server(api)) {
      server
          .store()
          .fates(line -> line.texts().contains("text number 7") ? Fate.REFUSED : Fate.ANSWERED);
      Ended ended =
          run(
              api,
              server,
              "jobs",
              "jobs.jsonl",
              "--lane",
              "async",
              "--on-error",
              "collect",
              "--texts-per-request",
              "10");
      assertEquals(4, ended.code(), ended::err);
      assertEquals(59, Files.readAllLines(folder.resolve("jobs.jsonl")).size());
      Map<Integer, Long> times =
          server.store().paid().values().stream()
              .collect(Collectors.groupingBy(paid -> paid, Collectors.counting()));
      assertEquals(Map.of(1, 56L), times);
    }
  }

  @Test
  void aProviderWithoutJobsIsAMistakeThatNamesThoseWithSome() throws IOException {
    input(30);
    Ended ended =
        new InProcess(folder)
            .with("JINA_API_KEY", "k")
            .run(
                "batch",
                folder.resolve("in.jsonl").toString(),
                "--provider",
                "jina",
                "--lane",
                "async");
    assertEquals(2, ended.code());
    assertTrue(
        Stream.of("openai", "azure-openai", "gemini", "voyage", "mistral")
            .allMatch(ended.err()::contains),
        ended::err);
  }

  @Test
  void optionsThatContradictEachOtherAreMistakes() throws IOException {
    input(30);
    String in = folder.resolve("in.jsonl").toString();
    InProcess embedctl = new InProcess(folder);
    assertEquals(2, embedctl.run("batch", in, "--wait", "5m").code());
    assertEquals(2, embedctl.run("batch", in, "--finish", "sync").code());
    assertEquals(2, embedctl.run("batch", in, "--lane", "async", "--no-cache").code());
    assertEquals(2, embedctl.run("batch", "-", "--lane", "async").code());
  }
}
