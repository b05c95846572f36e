package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ServedModel;
import dev.embedctl.provider.remote.api.ListedModels.Listing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks a server which models it has, free of charge and without a text. */
final class ModelQuestion {
  private static final int MOST_QUESTIONS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final HttpCalls calls;
  private final Listing list;
  private final List<URI> addresses;
  private final FailureMessages messages;
  private final ServerListener listener;

  /**
   * A question to one server.
   *
   * @param usualPath the path that the API's base URL usually has, tried if the given one has none
   */
  ModelQuestion(
      HttpCalls calls,
      Listing list,
      URI baseUrl,
      Optional<String> usualPath,
      FailureMessages messages,
      ServerListener listener) {
    String base = baseUrl.toString().replaceAll("/+$", "");
    boolean pathless = Objects.requireNonNullElse(baseUrl.getRawPath(), "").matches("/*");
    this.calls = calls;
    this.list = list;
    this.addresses =
        Stream.concat(Stream.of(""), usualPath.filter(path -> pathless).stream())
            .distinct()
            .map(path -> URI.create(base + path + list.path()))
            .toList();
    this.messages = messages;
    this.listener = listener;
  }

  /**
   * The models of a server that listed some before. A failed question is asked again, after pauses
   * of a few seconds at most.
   *
   * @throws ProviderException if it lists none, or gives no reply
   */
  List<ServedModel> untilAnswered() throws ProviderException, InterruptedException {
    for (int asked = 1; ; asked++) {
      try {
        List<ServedModel> models = ask();
        if (models.isEmpty()) {
          throw new Transient(
              messages.message(
                  "it lists no models at "
                      + list.path()
                      + " any more, so it is unknown which one answers"),
              Kind.BAD_REPLY,
              Optional.empty(),
              null);
        }
        return models;
      } catch (Transient e) {
        if (asked == MOST_QUESTIONS) {
          throw e;
        }
        Thread.sleep(FIRST_PAUSE.multipliedBy(asked));
      }
    }
  }

  /**
   * The models of the server; empty if it lists none.
   *
   * @throws ProviderException if it gives no reply
   */
  List<ServedModel> ask() throws ProviderException, InterruptedException {
    for (URI address : addresses) {
      HttpResponse<byte[]> response = calls.get(address);
      if (response.statusCode() == 200) {
        return read(response.body());
      }
      if (response.statusCode() == 429 || response.statusCode() >= 500) {
        throw new Transient(
            messages.message("status " + response.statusCode() + " for " + list.path()),
            Kind.SERVER_ERROR,
            Optional.empty(),
            null);
      }
    }
    return List.of();
  }

  private List<ServedModel> read(byte[] body) {
    try {
      return list.read(messages.scrub(body));
    } catch (IOException e) {
      listener.learned(
          messages.message("its list of models cannot be read: " + ReplyDefect.words(e)));
      return List.of();
    }
  }
}
