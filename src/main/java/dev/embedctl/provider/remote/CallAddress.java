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
 * The address for the calls to a server. If there is no API at the given address, a run tries the
 * usual address of the API once, and keeps the one that answers. A key is never sent to another
 * host.
 */
final class CallAddress {
  private static final int LONGEST_LOCATION = 300;

  private final String base;
  private final String path;
  private final Optional<URI> other;
  private final AtomicReference<State> state;

  /**
   * An address that has not answered yet.
   *
   * @param baseUrl the base URL as given
   * @param path the path of the calls, added to the base URL
   * @param usualPath the path that a base URL of the API usually has, if any
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

  /** The current address, and addresses that failed before. */
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

  /**
   * The base URL with the usual path if it has none, or without a path if there is no usual one.
   */
  private static Optional<String> otherBase(URI baseUrl, String usualPath) {
    String given = Objects.requireNonNullElse(baseUrl.getRawPath(), "").replaceAll("/+$", "");
    return given.isEmpty() != usualPath.isEmpty()
        ? Optional.of(baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + usualPath)
        : Optional.empty();
  }

  /** The address of the next call. */
  URI now() {
    return state.get().address();
  }

  /** An API has answered at this address. */
  void proven(URI address) {
    state.updateAndGet(
        old -> old.address().equals(address) ? new State(address, old.left(), true) : old);
  }

  /** The other address for a failed call; empty if there is none. */
  Optional<URI> after(FailedReply reply) {
    boolean redirected = reply.isRedirect();
    if (!redirected && !reply.isOfTheAddress()) {
      return Optional.empty();
    }
    State seen = state.get();
    if (!seen.address().equals(reply.address())) {
      return Optional.of(seen.address()); // another call has changed it meanwhile
    }
    Optional<URI> next =
        (redirected ? nearby(reply) : other)
            .filter(address -> !seen.proven() || redirected)
            .filter(address -> !address.equals(seen.address()) && !seen.left().contains(address));
    next.ifPresent(address -> state.compareAndSet(seen, seen.movedTo(address)));
    return next;
  }

  /** The target of a redirect, if it is the same call at the same server. */
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
                return Optional.empty(); // the message shows it as it is
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

  /** An explanation for a reply that failed because of its address. */
  String explanation(FailedReply reply) {
    if (reply.isRedirect()) {
      return redirected(reply);
    }
    List<URI> left = state.get().left();
    return reply.isOfTheAddress() && !left.isEmpty()
        ? " (and so did " + String.join(", ", left.stream().map(URI::toString).toList()) + ")"
        : "";
  }

  /** Names the base URL for the target of a redirect. */
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
            .map(target -> "; if that is the API, use the base URL " + target)
            .orElse(", which is not an address of this API");
    return ": the address redirects calls to " + shown + wanted;
  }
}
