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
 * Known error messages of servers that do not understand a request that others do. They are in
 * {@code quirks.json}, where each entry names its source.
 */
final class Quirks {
  private static final String FILE = "/dev/embedctl/quirks.json";
  private static final List<String> MEMBERS = List.of("status", "says", "unless", "means", "seen");

  private static final double HALF = 0.5;

  /** A margin, since tokens are estimated and the next texts may have more. */
  private static final double A_LITTLE_LESS = 0.95;

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private Quirks() {}

  /** The entries, read when the first call fails. */
  private static final class Known {
    static final List<Quirk> QUIRKS = read();
  }

  /** The meaning of a refusal. */
  sealed interface Found {
    /** The server does not know a member of the request. */
    record Unknown(OptionalField word) implements Found {}

    /** The server takes one text in a request, as a string instead of a list. */
    record OneString() implements Found {}

    /** The request had too many texts; the limit is a number if the message contains one. */
    record TooManyTexts(int limit) implements Found {}

    /** The request had too many tokens; this part of them is allowed. */
    record TooManyTokens(double part) implements Found {}

    /** The request had too many bytes. */
    record TooManyBytes() implements Found {}

    /** A text is too long, regardless of the status. */
    record TooLong() implements Found {}
  }

  /** The meaning of an entry. */
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

    /** The allowed part of a request's tokens by the message; half if it does not contain one. */
    private static double part(Matcher matcher) {
      OptionalInt most = number(matcher, "most");
      OptionalInt got = number(matcher, "got");
      return most.isPresent() && got.isPresent() && most.getAsInt() < got.getAsInt()
          ? A_LITTLE_LESS * most.getAsInt() / got.getAsInt()
          : HALF;
    }

    /** A positive number in the message. */
    private static OptionalInt number(Matcher matcher, String group) {
      if (!matcher.namedGroups().containsKey(group) || matcher.group(group) == null) {
        return OptionalInt.empty();
      }
      int number = Integer.parseInt(matcher.group(group));
      return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }
  }

  /** The meaning of a failed reply, if known. */
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
      throw new UncheckedIOException("the installation is incomplete", e);
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
      throw json.wrong("says or unless is not a regular expression: " + e.getDescription());
    }
  }

  private static Pattern pattern(String expression) {
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
  }
}
