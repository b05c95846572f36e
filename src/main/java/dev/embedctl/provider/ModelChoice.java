package dev.embedctl.provider;

import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.remote.ServerListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the requested model, or the only one, among the models of a server. */
final class ModelChoice {
  private static final int MOST_SHOWN = 5;
  private static final int MOST_QUESTIONS = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final String where;
  private final Optional<String> requested;
  private final Set<String> allowed;
  private final ServerListener listener;
  private List<ServedModel> listed = List.of();

  /**
   * A choice among the models of one server.
   *
   * @param where the server, for messages
   * @param requested the requested model; empty for the only one
   * @param allowed other names that the server may have for it
   */
  ModelChoice(
      String where, Optional<String> requested, Set<String> allowed, ServerListener listener) {
    this.where = where;
    this.requested = requested;
    this.allowed = Set.copyOf(allowed);
    this.listener = listener;
  }

  /** Asks a server for its models. */
  @FunctionalInterface
  interface Question {
    List<ServedModel> ask() throws ProviderException, InterruptedException;
  }

  /**
   * The model as the server has it now. If the server gives no reply, or lists no model, the one
   * that it had before counts.
   */
  Optional<ServedModel> now(Question question, Optional<ServedModel> before) {
    try {
      listed = before.isPresent() ? question.ask() : untilAnswered(question);
    } catch (ProviderException e) {
      // Without an earlier run nothing depends on it, and the first call reports the problem.
      before.ifPresent(
          old -> listener.learned(e.getMessage() + "; the model of the last run counts"));
      return before;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return before;
    }
    if (listed.isEmpty() && before.flatMap(ServedModel::identity).isPresent()) {
      listener.learned(where + " lists no models; the model of the last run counts");
      return before;
    }
    Optional<ServedModel> found = among(listed);
    before.ifPresent(old -> found.ifPresent(now -> compare(old, now)));
    return found;
  }

  /** The requested model among those of a server; the only one if none is requested. */
  Optional<ServedModel> among(List<ServedModel> models) {
    return requested.isPresent()
        ? ServedModel.among(
            models, Stream.concat(requested.stream(), allowed.stream().sorted()).toList())
        : models.size() == 1 ? Optional.of(models.getFirst()) : Optional.empty();
  }

  /** Whether two servers state the same model, under a name that both have. */
  boolean areSame(Optional<ServedModel> one, Optional<ServedModel> other) {
    boolean named =
        requested.isPresent()
            || (one.isPresent() == other.isPresent()
                && one.map(ServedModel::names).equals(other.map(ServedModel::names)));
    return named && one.flatMap(ServedModel::identity).equals(other.flatMap(ServedModel::identity));
  }

  /** Asks again after short pauses, since the server may be starting. */
  private static List<ServedModel> untilAnswered(Question question)
      throws ProviderException, InterruptedException {
    for (int asked = 1; ; asked++) {
      try {
        return question.ask();
      } catch (Transient e) {
        if (asked == MOST_QUESTIONS) {
          throw e;
        }
        Thread.sleep(FIRST_PAUSE.multipliedBy(asked));
      }
    }
  }

  private void compare(ServedModel old, ServedModel now) {
    if (!old.identity().equals(now.identity())) {
      listener.warned(
          where
              + ": the model "
              + requested.orElse(now.name())
              + " is "
              + now.shownIdentity()
              + ", and was "
              + old.shownIdentity()
              + " in an earlier run, so no vector of that run is used");
    }
  }

  /** The models to choose from, if there are several. */
  Optional<String> several() {
    if (listed.size() < 2) {
      return Optional.empty();
    }
    List<String> names = listed.stream().map(ServedModel::name).limit(MOST_SHOWN).toList();
    return Optional.of(String.join(", ", names) + (listed.size() > MOST_SHOWN ? ", …" : ""));
  }
}
