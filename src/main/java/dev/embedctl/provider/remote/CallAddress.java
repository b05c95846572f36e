package dev.embedctl.provider.remote;

import dev.embedctl.provider.remote.errors.FailedReply;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The address of a server's calls. Where nothing answers at the given one, a run tries the one that
 * the API usually has, once, and remembers the one that answers. A key never goes to another host.
 */
final class CallAddress {
  private static final int LONGEST_LOCATION = 300;

  private final String base;
  private final String path;
  private final Optional<URI> other;
  private final AtomicReference<State> state;

  /**
   * An address that is not proven yet.
   *
   * @param baseUrl as it was given
   * @param path what is added to it
   * @param usualPath the path that a base URL of the API usually has, where it has one
   */
  CallAddress(URI baseUrl, String path, Optional<String> usualPath) {
    this.base = baseUrl.toString().replaceAll("/+$", "");
    this.path = path;
    this.other =
        usualPath
            .flatMap(usual -> otherBase(baseUrl, usual))
            .map(otherBase -> URI.create(otherBase + path));
    this.state = new AtomicReference<>(new State(URI.create(base + path), List.of(), false));
  }

  /** Where calls go now, and where they went before in vain. */
  private record State(URI address, List<URI> left, boolean proven) {
    State {
      left = List.copyOf(left);
    }

    State movedTo(URI next) {
      List<URI> all = new ArrayList<>(left);
      all.add(address);
      return new State(next, all, false);
    }
  }

  /** With the usual path where there is none, without one where there usually is none. */
  private static Optional<String> otherBase(URI baseUrl, String usualPath) {
    String given = Objects.requireNonNullElse(baseUrl.getRawPath(), "").replaceAll("/+$", "");
    return given.isEmpty() != usualPath.isEmpty()
        ? Optional.of(baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + usualPath)
        : Optional.empty();
  }

  /** Where the next call goes. */
  URI now() {
    return state.get().address();
  }

  /** An API has answered there. */
  void proven(URI address) {
    state.updateAndGet(
        old -> old.address().equals(address) ? new State(address, old.left(), true) : old);
  }

  /** The address at which the failed call is sent again; empty where none is known. */
  Optional<URI> after(FailedReply reply) {
    boolean redirected = reply.isRedirect();
    if (!redirected && !reply.isOfTheAddress()) {
      return Optional.empty();
    }
    State seen = state.get();
    if (!seen.address().equals(reply.address())) {
      return Optional.of(seen.address()); // another call has moved on meanwhile
    }
    Optional<URI> next =
        (redirected ? nearby(reply) : other)
            .filter(address -> !seen.proven() || redirected)
            .filter(address -> !address.equals(seen.address()) && !seen.left().contains(address));
    next.ifPresent(address -> state.compareAndSet(seen, seen.movedTo(address)));
    return next;
  }

  /** Where it redirects to, if that is the same call at the same server. */
  private static Optional<URI> nearby(FailedReply reply) {
    return target(reply)
        .filter(target -> origin(target).equals(origin(reply.address())))
        .filter(target -> lastName(target).equals(lastName(reply.address())))
        .filter(target -> Objects.equals(target.getRawQuery(), reply.address().getRawQuery()));
  }

  private static Optional<URI> target(FailedReply reply) {
    return reply
        .headers()
        .firstValue("location")
        .flatMap(
            location -> {
              try {
                return Optional.of(reply.address().resolve(location.strip()));
              } catch (IllegalArgumentException e) {
                return Optional.empty(); // it is shown as it is
              }
            });
  }

  private static String origin(URI address) {
    return (address.getScheme() + "://" + address.getRawAuthority()).toLowerCase(Locale.ROOT);
  }

  private static String lastName(URI address) {
    String path = Objects.requireNonNullElse(address.getRawPath(), "").replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** What a reply that fails for its address says, beside its own message. */
  String told(FailedReply reply) {
    if (reply.isRedirect()) {
      return redirected(reply);
    }
    List<URI> left = state.get().left();
    return reply.isOfTheAddress() && !left.isEmpty()
        ? " (and so did " + String.join(", ", left.stream().map(URI::toString).toList()) + ")"
        : "";
  }

  /** The base URL that it redirects to, where calls would go to the redirect's very address. */
  private String redirected(FailedReply reply) {
    String location =
        target(reply)
            .map(URI::toString)
            .or(() -> reply.headers().firstValue("location"))
            .orElse("somewhere else");
    String shown =
        location.length() > LONGEST_LOCATION
            ? location.substring(0, LONGEST_LOCATION) + "…"
            : location;
    String wanted =
        target(reply)
            .map(URI::toString)
            .filter(target -> target.endsWith(path) && target.contains("://"))
            .map(target -> target.substring(0, target.length() - path.length()))
            .filter(target -> !target.equals(base))
            .map(target -> "; if that is right, its base URL is " + target)
            .orElse(", which is not where this API is called");
    return ": the address redirects calls to " + shown + wanted;
  }
}
