package dev.embedctl.provider.remote.errors;

import dev.embedctl.provider.Quota;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Parses the rate limit in a reply's headers: {@code x-ratelimit-remaining-*} and its many
 * variants, {@code RateLimit} of the IETF drafts, and both with the prefix of a gateway. Headers
 * that cannot be parsed are ignored.
 */
public final class RateLimitHeaders {
  /** The prefix that gateways add to the names of headers that they pass on. */
  static final String OF_GATEWAY = "llm_provider-";

  private static final int LONGEST_COUNT = 18;
  private static final int LONGEST_NAME = 64;

  /** The quotas by name, the server's own before those that a gateway passes on. */
  private final List<Dimension> dimensions;

  private RateLimitHeaders(List<Dimension> dimensions) {
    this.dimensions = List.copyOf(dimensions);
  }

  /**
   * One quota.
   *
   * @param name distinguishes it from the other quotas of the reply
   */
  private record Dimension(
      String name, OptionalLong limit, OptionalLong remaining, Optional<String> reset) {
    static Dimension named(String name) {
      return new Dimension(name, OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
    }

    boolean isOf(String unit) {
      boolean tokens = name.contains("token");
      return unit.equals("tokens") ? tokens : !tokens;
    }

    boolean isUsedUp() {
      return remaining.isPresent() && remaining.getAsLong() == 0;
    }

    Stream<Duration> untilReset(Clock clock) {
      return reset.flatMap(value -> HeaderTime.until(value, clock)).stream();
    }

    Dimension with(Part part, String value) {
      return switch (part) {
        case LIMIT -> new Dimension(name, count(value), remaining, reset);
        case REMAINING -> new Dimension(name, limit, count(value), reset);
        case RESET -> new Dimension(name, limit, remaining, Optional.of(value));
        case RESET_MILLISECONDS ->
            new Dimension(name, limit, remaining, Optional.of(value.strip() + "ms"));
      };
    }
  }

  private enum Part {
    LIMIT,
    REMAINING,
    RESET,
    RESET_MILLISECONDS
  }

  /** Parses a reply's headers. */
  public static RateLimitHeaders of(HttpHeaders headers) {
    Map<String, Dimension> own = new TreeMap<>();
    Map<String, Dimension> passedOn = new TreeMap<>();
    headers
        .map()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              boolean gateways = lower.startsWith(OF_GATEWAY);
              String plain = gateways ? lower.substring(OF_GATEWAY.length()) : lower;
              read(plain, values, gateways ? passedOn : own);
            });
    List<Dimension> all = new ArrayList<>(own.values());
    all.addAll(passedOn.values());
    return new RateLimitHeaders(all);
  }

  private static void read(String name, List<String> values, Map<String, Dimension> dimensions) {
    switch (name) {
      case "ratelimit", "x-ratelimit", "ratelimit-policy" ->
          values.forEach(value -> readList(value, dimensions));
      default -> readMember(name, values.getFirst(), dimensions);
    }
  }

  /** Parses a header with one number or time, whose name contains the quota and its part. */
  private static void readMember(String header, String value, Map<String, Dimension> dimensions) {
    String plain = header.replace("rate-limit", "ratelimit");
    if (!plain.contains("ratelimit")) {
      return;
    }
    List<String> words = new ArrayList<>(List.of(plain.split("-", -1)));
    Optional<Part> part = Optional.empty();
    if (words.remove("remaining")) {
      part = Optional.of(Part.REMAINING);
    } else if (words.remove("reset")) {
      boolean milliseconds = words.remove("ms");
      words.removeAll(List.of("after", "at"));
      part = Optional.of(milliseconds ? Part.RESET_MILLISECONDS : Part.RESET);
    } else if (words.remove("limit")) {
      part = Optional.of(Part.LIMIT);
    }
    part.ifPresent(found -> put(dimensions, String.join("-", words), found, value));
  }

  /**
   * Parses a list of quotas, {@code "default";r=0;t=5} and its policy {@code "default";q=10;w=60},
   * or one quota in members, {@code limit=10, remaining=0, reset=5}.
   */
  private static void readList(String value, Map<String, Dimension> dimensions) {
    String name = "";
    for (String item : value.split(",", -1)) {
      for (String member : item.split(";", -1)) {
        int equals = member.indexOf('=');
        String key = member.substring(0, Math.max(equals, 0)).strip();
        String word = member.substring(equals + 1).strip();
        Optional<Part> part =
            switch (key) {
              case "q", "limit" -> Optional.of(Part.LIMIT);
              case "r", "remaining" -> Optional.of(Part.REMAINING);
              case "t", "reset" -> Optional.of(Part.RESET);
              default -> Optional.empty();
            };
        if (equals < 0) {
          name = word.substring(0, Math.min(word.length(), LONGEST_NAME));
        }
        String of = "ratelimit " + name;
        part.ifPresent(found -> put(dimensions, of, found, word));
      }
    }
  }

  private static void put(Map<String, Dimension> dimensions, String name, Part part, String value) {
    dimensions.merge(
        name,
        Dimension.named(name).with(part, value),
        (before, unused) -> before.with(part, value));
  }

  private static OptionalLong count(String text) {
    String value = text.strip();
    return !value.isEmpty()
            && value.length() <= LONGEST_COUNT
            && value.chars().allMatch(c -> c >= '0' && c <= '9')
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }

  /** The rest of both quotas; of several, the one with the fewest units left. */
  public Quota quota(Clock clock) {
    return new Quota(left("requests", clock), left("tokens", clock));
  }

  private Optional<Quota.Left> left(String unit, Clock clock) {
    return tightest(unit)
        .map(
            found ->
                new Quota.Left(
                    found.remaining().getAsLong(),
                    found.limit(),
                    found.untilReset(clock).findFirst()));
  }

  private Optional<Dimension> tightest(String unit) {
    return dimensions.stream()
        .filter(each -> each.isOf(unit) && each.remaining().isPresent())
        .min(Comparator.comparingLong(each -> each.remaining().getAsLong()));
  }

  /** The limit of {@code requests} or {@code tokens}. */
  public OptionalLong limit(String unit) {
    return dimensions.stream()
        .filter(each -> each.isOf(unit))
        .flatMapToLong(each -> each.limit().stream())
        .min();
  }

  /**
   * The time after a refusal until the quota is full again: the longest time of the used-up quotas.
   * If no header shows which one is used up, the shortest time of all; the next refusal will show
   * more.
   */
  public Optional<Duration> untilReset(Clock clock) {
    Optional<Duration> longest =
        dimensions.stream()
            .filter(Dimension::isUsedUp)
            .flatMap(each -> each.untilReset(clock))
            .max(Comparator.naturalOrder());
    boolean somethingIsLeft =
        dimensions.stream().anyMatch(each -> each.remaining().isPresent())
            && dimensions.stream().noneMatch(Dimension::isUsedUp);
    return longest.isPresent() || somethingIsLeft
        ? longest
        : dimensions.stream()
            .filter(each -> each.remaining().isEmpty())
            .flatMap(each -> each.untilReset(clock))
            .min(Comparator.naturalOrder());
  }
}
