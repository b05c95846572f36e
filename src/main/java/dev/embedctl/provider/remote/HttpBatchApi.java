package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.remote.HttpTransfers.Received;
import dev.embedctl.provider.remote.api.BatchCall;
import dev.embedctl.provider.remote.api.BatchFormat;
import dev.embedctl.provider.remote.api.BatchFormat.JobPage;
import dev.embedctl.provider.remote.api.BatchFormat.ResultStream;
import dev.embedctl.provider.remote.api.FileUpload;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** An API for jobs over HTTP; {@link BatchFormat} is what differs between APIs. */
final class HttpBatchApi implements BatchApi {
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  /** A job that has ended is not cancelled again: the APIs refuse that in several ways. */
  private static final Set<Integer> MAY_HAVE_ENDED = Set.of(400, NOT_FOUND, 409, 422);

  private final BatchCalls calls;
  private final FileUploads uploads;
  private final BatchFormat format;
  private final EmbeddingSpec spec;
  private final JobLimits limits;
  private final SentTexts sent;
  private final ResultReader reader;
  private final FailureMessages messages;

  HttpBatchApi(
      BatchCalls calls,
      BatchFormat format,
      EmbeddingSpec spec,
      JobLimits limits,
      SentTexts sent,
      ResultReader reader,
      FailureMessages messages) {
    this.calls = calls;
    this.uploads = new FileUploads(calls, format, messages);
    this.format = format;
    this.spec = spec;
    this.limits = limits;
    this.sent = sent;
    this.reader = reader;
    this.messages = messages;
  }

  @Override
  public EmbeddingSpec spec() {
    return spec;
  }

  @Override
  public JobLimits limits() {
    return limits;
  }

  @Override
  public byte[] line(String id, List<String> texts) {
    return format.line(id, sent.of(texts));
  }

  @Override
  public String upload(Path lines, String label) throws ProviderException, InterruptedException {
    Optional<FileUpload> upload = format.upload(size(lines), label);
    return upload.isEmpty() ? "" : uploads.uploaded(upload.get(), lines, label);
  }

  private static long size(Path lines) {
    try {
      return Files.size(lines);
    } catch (IOException e) {
      throw FileUploads.unreadable(lines, e);
    }
  }

  @Override
  public Creation create(String file, Path lines, String label)
      throws ProviderException, InterruptedException {
    BatchCall call =
        file.isEmpty() ? format.createWith(bytes(lines), label) : format.create(file, label);
    Received response = calls.send(call);
    if (response.isGood()) {
      return new Creation.Created(calls.read(response, call.address(), this::job));
    }
    FailedReply failed = calls.failed(response, call.address());
    Optional<JobState.OverQuota> full = format.full(failed);
    if (full.isPresent()) {
      return new Creation.Full(named(full.get()));
    }
    throw calls.failure(failed);
  }

  private static byte[] bytes(Path lines) {
    try {
      return Files.readAllBytes(lines);
    } catch (IOException e) {
      throw FileUploads.unreadable(lines, e);
    }
  }

  @Override
  public Optional<Job> find(String label) throws ProviderException, InterruptedException {
    Set<Optional<String>> asked = new HashSet<>();
    Optional<String> next = Optional.empty();
    while (asked.add(next)) {
      Optional<String> now = next;
      JobPage page = calls.read(format.list(now), body -> format.page(now, label, body));
      if (page.found().isPresent() || page.next().isEmpty()) {
        return page.found().map(this::named);
      }
      next = page.next();
    }
    return Optional.empty();
  }

  @Override
  public Job poll(String id) throws ProviderException, InterruptedException {
    BatchCall call = format.poll(id);
    Received response = calls.send(call);
    if (response.isGood()) {
      return calls.read(response, call.address(), this::job);
    }
    FailedReply failed = calls.failed(response, call.address());
    if (failed.status() == NOT_FOUND && failed.body().statesAnError()) {
      return forgotten(id, failed);
    }
    throw calls.failure(failed);
  }

  /** A job that the provider does not have, or not for this key. */
  private Job forgotten(String id, FailedReply reply) {
    return new Job(
        id,
        new JobState.Forgotten(messages.message("the job does not exist: " + reply.message())),
        Job.Progress.UNKNOWN,
        List.of(),
        List.of(),
        OptionalLong.empty());
  }

  private Job job(InputStream body) throws IOException {
    return named(format.job(body));
  }

  /** The job with the server's name in front of its messages. */
  private Job named(Job job) {
    JobState state =
        switch (job.state()) {
          case JobState.Failed(ProviderException cause) -> new JobState.Failed(messages.of(cause));
          case JobState.OverQuota full -> named(full);
          case JobState other -> other;
        };
    return new Job(job.id(), state, job.progress(), job.outputs(), job.files(), job.tokens());
  }

  private JobState.OverQuota named(JobState.OverQuota full) {
    return new JobState.OverQuota(full.limit(), messages.message(full.message()));
  }

  @Override
  public JobState cancel(String id) throws ProviderException, InterruptedException {
    BatchCall call = format.cancel(id);
    Received response = calls.send(call);
    if (response.isGood()) {
      BatchCalls.close(response);
      return poll(id).state();
    }
    FailedReply failed = calls.failed(response, call.address());
    if (!MAY_HAVE_ENDED.contains(failed.status())) {
      throw calls.failure(failed);
    }
    return switch (poll(id).state()) {
      case JobState.Ended ended -> ended;
      case JobState.Cancelling already -> already;
      case JobState.Pending atWork -> throw calls.failure(failed);
    };
  }

  @Override
  public Download results(Job job, LineSizes sizes, Receiver receiver)
      throws ProviderException, IOException, InterruptedException {
    Download download = Download.COMPLETE;
    for (String output : job.outputs()) {
      BatchCall call = format.results(output);
      Received response = calls.send(call);
      if (!response.isGood()) {
        FailedReply failed = calls.failed(response, call.address());
        if (!isGone(failed)) {
          throw calls.failure(failed);
        }
        download = Download.GONE;
        continue;
      }
      try (InputStream body = response.body()) {
        receive(format.stream(output, body), sizes, receiver, call.address());
      }
    }
    return download;
  }

  private boolean isGone(FailedReply reply) {
    return reply.status() == GONE || (format.isGone(reply) && reply.body().statesAnError());
  }

  private void receive(ResultStream stream, LineSizes sizes, Receiver receiver, URI address)
      throws ProviderException, IOException, InterruptedException {
    for (Optional<byte[]> line = next(stream, receiver);
        line.isPresent();
        line = next(stream, receiver)) {
      receiver.receive(reader.read(line.get(), sizes, address));
    }
  }

  private Optional<byte[]> next(ResultStream stream, Receiver receiver)
      throws ProviderException, IOException, InterruptedException {
    try {
      return stream.next();
    } catch (JsonProcessingException e) {
      receiver.receive(reader.damaged("the results cannot be read: " + ReplyDefect.words(e)));
      return Optional.empty();
    } catch (IOException e) {
      throw calls.cut(e);
    }
  }

  @Override
  public void delete(String file) throws ProviderException, InterruptedException {
    if (file.isEmpty()) {
      return; // the call that created the job contained the lines
    }
    BatchCall call = format.delete(file);
    Received response = calls.send(call);
    if (response.isGood()) {
      BatchCalls.close(response);
      return;
    }
    FailedReply failed = calls.failed(response, call.address());
    if (!format.isGone(failed)) {
      throw calls.failure(failed);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
