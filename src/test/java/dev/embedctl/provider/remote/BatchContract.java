package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.BatchApi.Creation;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.jobs.LineResult;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.testing.Vectors;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.Call;
import dev.embedctl.testing.batch.Fault;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.State;
import dev.embedctl.testing.batch.Reply;
import dev.embedctl.testing.batch.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every API for jobs keeps to, over real sockets, against a server that plays it. */
@Timeout(60)
abstract class BatchContract {
  static final int DIMENSIONS = 4;
  static final ObjectMapper JSON = new ObjectMapper();
  private static final String REFUSAL =
      "{\"error\":{\"message\":\"It cannot be cancelled, not at this stage\"}}";

  static final String LABEL = "embedctl-0123abcd-7";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir Path folder;
  BatchServer server;
  BatchApi api;

  /** The server's part. */
  abstract BatchPlay play();

  /** Enough lines for a file that is uploaded. */
  abstract int lines();

  /** The texts of a line, at most. */
  abstract int textsPerLine();

  @BeforeEach
  void start() throws IOException {
    server = new BatchServer(play(), DIMENSIONS);
    api = open(BatchServer.KEY, TIMEOUT);
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  BatchApi open(String key, Duration timeout) {
    return open(key, timeout, server.baseUrl());
  }

  BatchApi open(String key, Duration timeout, String baseUrl) {
    return open(settings(spec(), key, timeout, baseUrl));
  }

  BatchApi open(EmbeddingSpec spec) {
    return open(settings(spec, BatchServer.KEY, TIMEOUT, server.baseUrl()));
  }

  private BatchApi open(RemoteProvider.Settings settings) {
    return RemoteBatches.open(settings, known(), CatalogModel.UNKNOWN, Clock.systemUTC())
        .orElseThrow();
  }

  /** The calls of a kind. */
  List<Call> calls(Step step) {
    return server.calls().stream()
        .filter(call -> play().step(call.method(), call.path()).equals(Optional.of(step)))
        .toList();
  }

  CatalogProvider known() {
    return ProviderCatalog.builtIn().provider(play().provider());
  }

  private RemoteProvider.Settings settings(
      EmbeddingSpec spec, String key, Duration timeout, String baseUrl) {
    return new RemoteProvider.Settings(
        spec,
        URI.create(baseUrl),
        Optional.of(new ApiKey("SOME_KEY", key)),
        new Proxies(Map.of()),
        PlainKeys.REFUSED,
        timeout,
        sentence -> {});
  }

  EmbeddingSpec spec() {
    return new EmbeddingSpec(
        play().provider(),
        "",
        "some-model",
        OptionalInt.of(DIMENSIONS),
        Optional.empty(),
        Oversize.ERROR,
        "");
  }

  /** The texts of a line. */
  List<String> texts(int line) {
    return IntStream.range(0, textsPerLine())
        .mapToObj(i -> "text \"" + i + "\" of the line " + line + ", 漢字 🙂")
        .toList();
  }

  Path file(int lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < lines; i++) {
      bytes.write(api.line(Integer.toString(i), texts(i)));
      bytes.write('\n');
    }
    return Files.write(folder.resolve("lines.jsonl"), bytes.toByteArray());
  }

  Job created() throws Exception {
    return created(file(lines()));
  }

  private Job created(Path file) throws Exception {
    Creation creation = api.create(api.upload(file, LABEL), file, LABEL);
    return assertInstanceOf(Creation.Created.class, creation).job();
  }

  /** The job when it has ended. */
  Job ended(Job job) throws Exception {
    Job now = job;
    while (!(now.state() instanceof JobState.Ended)) {
      now = api.poll(job.id());
    }
    return now;
  }

  Job ended() throws Exception {
    return ended(created());
  }

  List<LineResult> results(Job job) throws Exception {
    List<LineResult> results = new ArrayList<>();
    api.results(job, this::size, results::add);
    return results;
  }

  private int size(String id) {
    return id.matches("\\d{1,6}") && Integer.parseInt(id) < lines() ? textsPerLine() : 0;
  }

  private static Map<String, List<Vector>> vectors(List<LineResult> results) {
    Map<String, List<Vector>> vectors = new HashMap<>();
    for (LineResult result : results) {
      if (result instanceof LineResult.Embedded embedded) {
        vectors.put(embedded.line(), embedded.embeddings().vectors());
      }
    }
    return vectors;
  }

  private List<Vector> right(int line) {
    return texts(line).stream().map(text -> Vectors.of(text, DIMENSIONS)).toList();
  }

  private static List<ProviderException> failures(List<LineResult> results) {
    return results.stream()
        .filter(LineResult.Failed.class::isInstance)
        .map(result -> ((LineResult.Failed) result).cause())
        .toList();
  }

  @Test
  void eachLineGetsItsVectorsByItsNameAndNotByItsPlace() throws Exception {
    List<LineResult> results = results(ended());

    Map<String, List<Vector>> vectors = vectors(results);
    assertEquals(lines(), results.size());
    for (int i = 0; i < lines(); i++) {
      assertEquals(right(i), vectors.get(Integer.toString(i)));
    }
  }

  @Test
  void itsSpecIsThatOfCallsSoThatTheyShareACache() {
    try (EmbeddingProvider calls =
        RemoteProvider.open(
            settings(spec(), BatchServer.KEY, TIMEOUT, server.baseUrl()),
            known(),
            CatalogModel.UNKNOWN,
            Clock.systemUTC())) {
      assertEquals(calls.spec(), api.spec());
    }
  }

  @Test
  void aFewLinesAreEnoughForAJob() throws Exception {
    Path file = file(2);

    Map<String, List<Vector>> vectors = vectors(results(ended(created(file))));

    assertEquals(Map.of("0", right(0), "1", right(1)), vectors);
  }

  @Test
  void aJobGoesThroughItsStatesAndCountsItsLines() throws Exception {
    server.store().course(State.RUNNING, State.FINISHING, State.COMPLETED);
    Job job = created();

    assertInstanceOf(JobState.Waiting.class, job.state());
    assertInstanceOf(JobState.Running.class, api.poll(job.id()).state());
    assertInstanceOf(JobState.Pending.class, api.poll(job.id()).state());
    Job completed = api.poll(job.id());
    assertInstanceOf(JobState.Completed.class, completed.state());
    assertEquals(new Job.Progress(lines(), lines(), 0), completed.progress());
  }

  @Test
  void aJobIsFoundByItsLabelOnAnyPage() throws Exception {
    Path file = file(1);
    Job job = created();
    for (int i = 0; i < 120; i++) {
      api.create(api.upload(file, "other"), file, "embedctl-0123abcd-7" + i);
    }

    assertEquals(Optional.of(job.id()), api.find(LABEL).map(Job::id));
    assertEquals(Optional.empty(), api.find("embedctl-0123abcd"));
    assertTrue(server.calls(Step.LIST) >= 4, "several pages");
  }

  @Test
  void aJobWhoseReplyWasLostIsFound() throws Exception {
    Path file = file(lines());
    String uploaded = api.upload(file, LABEL);
    server.next(Step.CREATE, Fault.loseReply());

    Transient failure = assertThrows(Transient.class, () -> api.create(uploaded, file, LABEL));
    assertTrue(failure.kind().mayBePaid(), failure.kind().toString());
    Job found = api.find(LABEL).orElseThrow();

    assertEquals(lines(), vectors(results(ended(found))).size());
    assertEquals(1, server.store().jobs().size());
  }

  @Test
  void aLostCallOrALostUploadIsTransientAndLeavesNoJob() throws Exception {
    Path file = file(lines());
    server.next(Step.UPLOAD, Fault.loseReply());
    assertThrows(Transient.class, () -> api.upload(file, LABEL));
    String uploaded = api.upload(file, LABEL);
    server.next(Step.CREATE, Fault.loseCall());
    assertThrows(Transient.class, () -> api.create(uploaded, file, LABEL));

    assertEquals(Optional.empty(), api.find(LABEL));
  }

  @Test
  void aCancelledJobEndsAndGivesWhatWasDone() throws Exception {
    Job job = created();
    assertInstanceOf(JobState.Running.class, api.poll(job.id()).state());

    assertInstanceOf(JobState.Pending.class, api.cancel(job.id()));
    Job ended = ended(job);

    assertInstanceOf(JobState.Cancelled.class, ended.state());
    List<LineResult> results = results(ended);
    assertEquals(Math.ceilDiv(lines(), 2), vectors(results).size());
    assertEquals(lines() / 2, failures(results).size());
    assertInstanceOf(JobState.Cancelled.class, api.cancel(job.id()));
  }

  @Test
  void aJobThatHasEndedKeepsItsStateWhenItIsToBeCancelled() throws Exception {
    Job job = ended();
    assertInstanceOf(JobState.Completed.class, api.cancel(job.id()));
    for (int status : List.of(400, 409, 422)) {
      server.next(Step.CANCEL, Fault.instead(Reply.text(status, REFUSAL)));
      assertInstanceOf(JobState.Completed.class, api.cancel(job.id()), "status " + status);
    }
  }

  @Test
  void aJobAtWorkThatTheProviderDoesNotCancelIsAFailureWithItsReason() throws Exception {
    server.store().course(State.RUNNING);
    Job job = created();
    for (int status : List.of(400, 404, 409, 422)) {
      server.next(Step.CANCEL, Fault.instead(Reply.text(status, REFUSAL)));
      ProviderException failure =
          assertThrows(ProviderException.class, () -> api.cancel(job.id()), "status " + status);
      assertTrue(failure.getMessage().contains("not at this stage"), failure.getMessage());
    }
  }

  @Test
  void aJobThatTheProviderDoesNotHaveCannotBeCancelled() throws Exception {
    String unknown = created().id().replaceFirst("\\d{6}$", "999999");

    assertInstanceOf(JobState.Forgotten.class, api.cancel(unknown));
  }

  @Test
  void anExpiredJobGivesWhatWasDoneAndTheRestMayBeRetried() throws Exception {
    server.store().course(State.RUNNING, State.EXPIRED);
    Job job = ended();

    List<LineResult> results = results(job);
    assertEquals(Math.ceilDiv(lines(), 2), vectors(results).size());
    for (ProviderException failure : failures(results)) {
      Transient unfinished = assertInstanceOf(Transient.class, failure);
      assertFalse(unfinished.kind().mayBePaid());
    }
  }

  @Test
  void aFailedJobNamesItsReasonAndTheServer() throws Exception {
    server.store().course(State.FAILED);
    Job job = ended();

    JobState.Failed failed = assertInstanceOf(JobState.Failed.class, job.state());
    assertInstanceOf(Refused.class, failed.cause());
    assertTrue(
        failed.cause().getMessage().startsWith(play().provider() + " at 127.0.0.1: the job failed"),
        failed.cause().getMessage());
    assertEquals(List.of(), results(job));
  }

  @Test
  void aLineMayFailAloneAndItsFailureHasTheClassOfACallsFailure() throws Exception {
    server
        .store()
        .fates(
            line ->
                switch (line.id()) {
                  case "1" -> Fate.REFUSED;
                  case "2" -> Fate.BROKEN;
                  default -> Fate.ANSWERED;
                });
    List<LineResult> results = results(ended());

    Map<String, ProviderException> failures = new HashMap<>();
    results.stream()
        .filter(LineResult.Failed.class::isInstance)
        .map(LineResult.Failed.class::cast)
        .forEach(failed -> failures.put(failed.line(), failed.cause()));
    assertEquals(List.of("1", "2"), failures.keySet().stream().sorted().toList());
    Refused refused = assertInstanceOf(Refused.class, failures.get("1"));
    assertTrue(refused.getMessage().contains("not accepted"), refused.getMessage());
    assertInstanceOf(Transient.class, failures.get("2"));
    assertEquals(lines() - 2, vectors(results).size());
  }

  @Test
  void missingAndDoubledLinesAreHandedOverAsTheyCome() throws Exception {
    server
        .store()
        .fates(
            line ->
                switch (line.id()) {
                  case "0" -> Fate.MISSING;
                  case "1" -> Fate.DOUBLED;
                  default -> Fate.ANSWERED;
                });
    List<LineResult> results = results(ended());

    assertEquals(lines(), results.size());
    assertEquals(lines() - 1, vectors(results).size());
  }

  @Test
  void aLineThatTheJobDoesNotHaveIsDamage() throws Exception {
    Job job = ended();
    List<LineResult> results = new ArrayList<>();

    api.results(job, id -> id.equals("3") ? 0 : textsPerLine(), results::add);

    assertEquals(1, results.stream().filter(LineResult.Damaged.class::isInstance).count());
  }

  @Test
  void aLineWithTooFewVectorsIsABadReply() throws Exception {
    Job job = ended();
    List<LineResult> results = new ArrayList<>();

    api.results(job, id -> id.equals("3") ? textsPerLine() + 1 : textsPerLine(), results::add);

    List<ProviderException> failures = failures(results);
    if (textsPerLine() > 1) {
      assertEquals(Kind.BAD_REPLY, assertInstanceOf(Transient.class, failures.getFirst()).kind());
    }
  }

  @Test
  void resultsThatAreCutOnTheirWayAreTransientAndWhatCameCounts() throws Exception {
    Job job = ended();
    List<LineResult> received = new ArrayList<>();
    server.next(Step.RESULTS, Fault.cutReply());

    Transient failure =
        assertThrows(Transient.class, () -> api.results(job, this::size, received::add));

    assertEquals(Kind.NO_REPLY, failure.kind());
    assertTrue(vectors(received).size() >= lines() / 3, received.size() + " of " + lines());
    assertTrue(vectors(received).size() < lines());
    assertEquals(lines(), vectors(results(job)).size(), "the next download is complete");
  }

  @Test
  void aResultsFileThatIsCutItselfLosesOnlyItsRest() throws Exception {
    server.store().truncateNextResults();
    List<LineResult> results = results(ended());

    assertInstanceOf(LineResult.Damaged.class, results.getLast());
    assertTrue(vectors(results).size() >= lines() / 3, results.size() + " of " + lines());
    assertTrue(vectors(results).size() < lines());
  }

  @Test
  void whatTheReceiverThrowsIsNotAFailureOfTheServer() throws Exception {
    Job job = ended();

    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                api.results(
                    job,
                    this::size,
                    result -> {
                      throw new IOException("the disk is full");
                    }));
    assertEquals("the disk is full", failure.getMessage());
  }

  @Test
  void allFilesOfAJobCanBeDeletedAndDeletedAgain() throws Exception {
    server.store().fates(line -> line.id().equals("1") ? Fate.REFUSED : Fate.ANSWERED);
    Path file = file(lines());
    String uploaded = api.upload(file, LABEL);
    Creation creation = api.create(uploaded, file, LABEL);
    Job job = ended(assertInstanceOf(Creation.Created.class, creation).job());

    List<String> files = new ArrayList<>(job.files());
    files.add(uploaded);
    for (String each : files) {
      api.delete(each);
      api.delete(each);
    }

    assertEquals(List.of(), server.store().files());
  }

  @Test
  void linesThatWereNotUploadedNeedNoDeletion() throws Exception {
    api.delete("");

    assertEquals(0, server.calls(Step.DELETE));
  }

  @Test
  void aFullQueueIsNoErrorAndCreatesNothing() throws Exception {
    Path file = file(lines());
    created(file);
    server.store().quota(10);
    String uploaded = api.upload(file, LABEL);

    Creation creation = api.create(uploaded, file, LABEL + "-2");

    JobState.OverQuota full =
        switch (creation) {
          case Creation.Full(JobState.OverQuota reason) -> reason;
          case Creation.Created(Job job) ->
              assertInstanceOf(JobState.OverQuota.class, ended(job).state());
        };
    assertTrue(full.message().startsWith(play().provider() + " at 127.0.0.1"), full.message());
    assertTrue(
        server.store().submitted().values().stream().allMatch(times -> times == 1),
        "nothing was submitted twice");
  }

  @Test
  void aRefusedKeyIsHopelessAndIsNotRepeated() throws Exception {
    String key = "sk-another-secret-key";
    try (BatchApi refused = open(key, TIMEOUT)) {
      Hopeless failure = assertThrows(Hopeless.class, () -> refused.find(LABEL));

      assertEquals(Hopeless.Reason.KEY, failure.reason());
      assertFalse(failure.getMessage().contains(key), failure.getMessage());
      assertTrue(failure.getMessage().contains("SOME_KEY"), failure.getMessage());
    }
  }

  @Test
  void theKeyIsOnlyInItsHeader() throws Exception {
    results(ended());

    server
        .calls()
        .forEach(
            call -> {
              assertEquals(
                  play().keyPrefix() + BatchServer.KEY,
                  call.headers().getFirst(play().keyHeader()));
              assertFalse(call.uri().toString().contains(BatchServer.KEY));
            });
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"UPLOAD", "CREATE", "LIST", "POLL", "CANCEL", "RESULTS", "DELETE"})
  void whatMayHealIsTransientInEachStep(Step step) throws Exception {
    Path file = file(lines());
    Job job = ended(created(file));
    for (Reply reply :
        List.of(
            Reply.text(500, "oops"),
            Reply.text(503, "{\"error\":{\"message\":\"overloaded\"}}"),
            Reply.text(502, "<html>bad gateway</html>"))) {
      server.next(step, Fault.instead(reply));
      assertThrows(Transient.class, () -> carryOut(step, job, file), step + " " + reply.status());
    }
    server.next(
        step,
        Fault.instead(
            Reply.text(429, "{\"error\":{\"message\":\"Rate limit, slow down\"}}")
                .with("Retry-After", "7")));
    Transient limited = assertThrows(Transient.class, () -> carryOut(step, job, file));
    assertEquals(Optional.of(Duration.ofSeconds(7)), limited.retryAfter());
  }

  private void carryOut(Step step, Job job, Path file) throws Exception {
    switch (step) {
      case START, UPLOAD -> api.upload(file, LABEL);
      case CREATE -> api.create(api.upload(file, LABEL), file, LABEL);
      case LIST -> api.find(LABEL);
      case POLL -> api.poll(job.id());
      case CANCEL -> api.cancel(job.id());
      case RESULTS -> api.results(job, this::size, result -> {});
      case DELETE -> api.delete(job.files().getFirst());
      case EMBED -> throw new AssertionError("not a step of a job");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "<html>", "{\"id\":\"x\"", "{\"id\":7e400}"})
  void noReplyIsBelievedThatSaysTooLittle(String body) throws Exception {
    Path file = file(lines());
    Job job = ended(created(file));
    for (Step step : List.of(Step.UPLOAD, Step.CREATE, Step.POLL)) {
      if (step == Step.UPLOAD && body.startsWith("{\"id\":7")) {
        continue; // a name may be a number
      }
      server.next(step, Fault.instead(Reply.text(200, body)));
      Transient failure =
          assertThrows(Transient.class, () -> carryOut(step, job, file), step + " " + body);
      assertEquals(Kind.BAD_REPLY, failure.kind(), step + " " + body);
    }
  }

  @Test
  void aServerWithoutSuchAnApiIsHopelessAndNamesTheAddress() throws Exception {
    Path file = file(lines());
    server.next(Step.START, Fault.instead(Reply.text(404, "not found")));
    server.next(Step.UPLOAD, Fault.instead(Reply.text(404, "not found")));

    Hopeless failure = assertThrows(Hopeless.class, () -> api.upload(file, LABEL));

    assertEquals(Hopeless.Reason.ADDRESS, failure.reason());
    assertTrue(failure.getMessage().contains("no batch API"), failure.getMessage());
    assertTrue(failure.getMessage().contains("/files"), failure.getMessage());
  }

  @Test
  void aJobThatTheProviderDoesNotHaveIsForgotten() throws Exception {
    Job job = created();
    String unknown = job.id().replaceFirst("\\d{6}$", "999999");

    Job forgotten = api.poll(unknown);

    JobState.Forgotten state = assertInstanceOf(JobState.Forgotten.class, forgotten.state());
    assertTrue(state.message().contains("does not exist"), state.message());
  }

  @Test
  void resultsThatAreGoneAreNoFailure() throws Exception {
    Job job = ended();
    server.next(Step.RESULTS, Fault.instead(Reply.text(410, "gone")));

    assertEquals(BatchApi.Download.GONE, api.results(job, this::size, result -> {}));
    assertEquals(BatchApi.Download.COMPLETE, api.results(job, this::size, result -> {}));
    for (String file : job.files()) {
      api.delete(file);
    }
    assertEquals(BatchApi.Download.GONE, api.results(job, this::size, result -> {}));
  }

  @Test
  void aServerThatSaysNothingMoreIsTransient() throws Exception {
    Job job = ended();
    try (BatchApi impatient = open(BatchServer.KEY, Duration.ofMillis(300))) {
      server.next(Step.RESULTS, (work, connection) -> connection.stall(work.carryOut()));
      List<LineResult> received = new ArrayList<>();

      Transient failure =
          assertThrows(Transient.class, () -> impatient.results(job, this::size, received::add));

      assertEquals(Kind.TIMED_OUT, failure.kind());
      assertTrue(received.size() >= lines() / 3, received.size() + " of " + lines());
    }
  }
}
