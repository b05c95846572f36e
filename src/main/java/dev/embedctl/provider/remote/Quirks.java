package dev.embedctl.provider.remote;

import dev.embedctl.provider.catalog.StrictJson;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What servers are known to say when they do not understand a request that others do: {@code
 * quirks.json}, where each entry names who says so.
 */
final class Quirks {
  private static final String FILE = "/dev/embedctl/quirks.json";
  private static final List<String> MEMBERS = List.of("status", "says", "unless", "means", "seen");

  private static final double HALF = 0.5;

  /** Tokens are estimated, and the next texts may have a few more. */
  private static final double A_LITTLE_LESS = 0.95;

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private Quirks() {}

  /** Read when the first call fails. */
  private static final class Known {
    static final List<Quirk> QUIRKS = read();
  }

  /** What a refusal means. */
  sealed interface Found {
    /** The server does not know a member of the request. */
    record Unknown(OptionalField word) implements Found {}

    /** The server takes one text in a request, as a string and not in a list. */
    record OneString() implements Found {}

    /** Fewer texts would have been taken: so many, or half of them where the limit is no number. */
    record TooManyTexts(int limit) implements Found {}

    /** Fewer tokens would have been taken: this part of them, at most. */
    record TooManyTokens(double part) implements Found {}

    /** Fewer bytes would have been taken. */
    record TooManyBytes() implements Found {}

    /** A text is too long, whatever the status says. */
    record TooLong() implements Found {}
  }

  /** What an entry means. */
  private enum Meaning {
    UNKNOWN_ENCODING_FORMAT,
    UNKNOWN_DIMENSIONS,
    ONE_STRING,
    TOO_MANY_TEXTS,
    TOO_MANY_TOKENS,
    TOO_MANY_BYTES,
    TOO_LONG;

    static Meaning of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    static List<String> names() {
      return Arrays.stream(values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    }
  }

  private record Quirk(Set<Integer> statuses, Pattern says, Pattern unless, Meaning means) {
    Optional<Found> in(int status, String message) {
      Matcher matcher = says.matcher(message);
      boolean counts = status == FailedReply.OK || statuses.contains(status);
      if (!counts || !matcher.find() || unless.matcher(message).find()) {
        return Optional.empty();
      }
      return Optional.of(
          switch (means) {
            case UNKNOWN_ENCODING_FORMAT -> new Found.Unknown(OptionalField.ENCODING_FORMAT);
            case UNKNOWN_DIMENSIONS -> new Found.Unknown(OptionalField.DIMENSIONS);
            case ONE_STRING -> new Found.OneString();
            case TOO_MANY_TEXTS ->
                new Found.TooManyTexts(number(matcher, "most").orElse(Integer.MAX_VALUE));
            case TOO_MANY_TOKENS -> new Found.TooManyTokens(part(matcher));
            case TOO_MANY_BYTES -> new Found.TooManyBytes();
            case TOO_LONG -> new Found.TooLong();
          });
    }

    /** The part of a request's tokens that the message says would do; half, where it does not. */
    private static double part(Matcher matcher) {
      OptionalInt most = number(matcher, "most");
      OptionalInt got = number(matcher, "got");
      return most.isPresent() && got.isPresent() && most.getAsInt() < got.getAsInt()
          ? A_LITTLE_LESS * most.getAsInt() / got.getAsInt()
          : HALF;
    }

    /** A number that the message names, above 0. */
    private static OptionalInt number(Matcher matcher, String group) {
      if (!matcher.namedGroups().containsKey(group) || matcher.group(group) == null) {
        return OptionalInt.empty();
      }
      int number = Integer.parseInt(matcher.group(group));
      return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }
  }

  /** What a failed reply means, where it is known. */
  static Optional<Found> in(FailedReply reply) {
    String message = reply.body().message();
    return Known.QUIRKS.stream()
        .flatMap(quirk -> quirk.in(reply.status(), message).stream())
        .findFirst();
  }

  private static List<Quirk> read() {
    try (InputStream in = Quirks.class.getResourceAsStream(FILE)) {
      return StrictJson.read(FILE, in, Quirks::quirks);
    } catch (IOException e) {
      throw new UncheckedIOException("the program is not whole", e);
    }
  }

  private static List<Quirk> quirks(StrictJson json) throws IOException {
    List<Quirk> quirks = new ArrayList<>();
    json.array("an array of quirks", () -> quirks.add(quirk(json)));
    return List.copyOf(quirks);
  }

  private static Quirk quirk(StrictJson json) throws IOException {
    Set<Integer> statuses = new HashSet<>();
    StringBuilder says = new StringBuilder();
    StringBuilder unless = new StringBuilder();
    List<Meaning> means = new ArrayList<>();
    json.object(
        "an object that describes a quirk",
        found -> {
          switch (json.known(found, "member", MEMBERS)) {
            case "status" ->
                json.array("an array of statuses", () -> statuses.add(json.count("status")));
            case "says" -> says.append(json.string("says"));
            case "unless" -> unless.append(json.string("unless"));
            case "means" ->
                means.add(Meaning.of(json.known(json.string("means"), "meaning", Meaning.names())));
            default -> json.string("seen");
          }
        });
    if (statuses.isEmpty() || says.isEmpty() || means.isEmpty()) {
      throw json.wrong("a quirk has status, says and means");
    }
    try {
      return new Quirk(
          statuses,
          pattern(says.toString()),
          unless.isEmpty() ? NOTHING : pattern(unless.toString()),
          means.get(0));
    } catch (PatternSyntaxException e) {
      throw json.wrong("says or unless is no regular expression: " + e.getDescription());
    }
  }

  private static Pattern pattern(String expression) {
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
  }
}
