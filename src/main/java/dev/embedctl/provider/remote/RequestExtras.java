package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Headers and parameters of the query that each call gets besides the provider's own. Values are
 * never in messages. Runs without them do not load this class, so nothing on their way has a lambda
 * with it.
 */
public final class RequestExtras {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  private static final Pattern TYPED = Pattern.compile("[^:=]+[:=]\\s*(?<value>.*)");

  /** Headers with which the APIs authorise calls. */
  private static final Set<String> AUTHORIZING =
      Set.of("authorization", "api-key", "x-api-key", "x-goog-api-key");

  private static final Pattern NAMES_A_SECRET =
      Pattern.compile(".*(?:key|token|secret|password)|authorization|cookie|.*-authorization");

  private final Map<String, FilledIn> headers;
  private final Map<String, FilledIn> parameters;

  private RequestExtras(Map<String, FilledIn> headers, Map<String, FilledIn> parameters) {
    this.headers = headers;
    this.parameters = parameters;
  }

  /**
   * Reads headers as {@code Name: value} and parameters as {@code name=value}.
   *
   * @param env the variables that values may name
   * @throws Usage if one cannot be sent; the message contains no value
   */
  public static RequestExtras of(
      List<String> headers, List<String> parameters, Map<String, String> env) {
    return new RequestExtras(
        read(Parameter.HEADER, ':', headers, env), read(Parameter.QUERY, '=', parameters, env));
  }

  /** Whether a header or parameter as typed can be shown: its value only names a variable. */
  public static boolean isShown(String typed) {
    Matcher parts = TYPED.matcher(typed);
    return parts.matches() && FilledIn.isReference(parts.group("value"));
  }

  private static Map<String, FilledIn> read(
      Parameter option, char separator, List<String> typed, Map<String, String> env) {
    Map<String, FilledIn> read = new LinkedHashMap<>();
    for (String each : typed) {
      int at = each.indexOf(separator);
      if (at <= 0) { // the message does not repeat it, since it may be a secret
        throw new Usage(
            option
                + ": write a name, "
                + separator
                + " and a value, "
                + (separator == ':' ? "for example 'X-Team: search'" : "for example tier=batch"));
      }
      String name = each.substring(0, at).strip();
      String value = each.substring(at + 1).strip();
      String where = option + " " + name;
      checkName(option, name);
      checkIsNoSecret(where, name, value);
      FilledIn filled = FilledIn.of(where, value, env);
      if (separator == ':') {
        checkValue(where, filled.value());
      }
      if (read.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
        throw new Usage(where + ": is given twice; omit one");
      }
      read.put(name, filled);
    }
    return read;
  }

  private static void checkName(Parameter option, String name) {
    if (!HEADER_NAME.matcher(name).matches()) {
      throw new Usage(
          option + ": a name consists of letters, digits and hyphens; quote the whole option");
    }
    if (option == Parameter.HEADER) {
      ForbiddenHeaders.reason(name)
          .ifPresent(
              why -> {
                throw new Usage(option + " " + name + ": cannot be set: " + why + "; omit it");
              });
    }
  }

  private static void checkIsNoSecret(String where, String name, String value) {
    if (NAMES_A_SECRET.matcher(name.toLowerCase(Locale.ROOT)).matches() && !value.contains("$")) {
      throw new Usage(
          where
              + ": a secret is taken from the environment only; set a variable, and write"
              + " $VARIABLE in place of the value, all in single quotes");
    }
  }

  private static void checkValue(String where, String value) {
    if (value.isEmpty() || !value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7F))) {
      throw new Usage(
          where
              + ": the value is empty, or contains a control character or one beyond ASCII, which"
              + " no header can; set it again");
    }
  }

  /** The header that authorises calls in place of the provider's own key, if there is one. */
  public Optional<String> authorization() {
    return headers.keySet().stream()
        .filter(name -> AUTHORIZING.contains(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** What contains the value of a variable, for messages: a header or a parameter. */
  public Optional<String> secret() {
    return Stream.concat(
            headers.entrySet().stream()
                .filter(header -> header.getValue().isSecret())
                .map(header -> "the header " + header.getKey()),
            parameters.entrySet().stream()
                .filter(parameter -> parameter.getValue().isSecret())
                .map(parameter -> "the parameter " + parameter.getKey()))
        .findFirst();
  }

  /** These headers, and the provider's own where they do not replace them. */
  Map<String, String> beside(Map<String, String> own) {
    Map<String, String> all = new LinkedHashMap<>();
    headers.forEach((name, value) -> all.put(name, value.value()));
    own.forEach(
        (name, value) -> {
          if (headers.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
            all.put(name, value);
          }
        });
    return all;
  }

  /** An address with these parameters, in place of its own of the same name. */
  URI at(URI address) {
    if (parameters.isEmpty()) {
      return address;
    }
    Predicate<String> replaced =
        parameter -> parameters.containsKey(parameter.substring(0, nameEnd(parameter)));
    Stream<String> own =
        Stream.ofNullable(address.getRawQuery())
            .flatMap(query -> Arrays.stream(query.split("&")))
            .filter(parameter -> !parameter.isEmpty() && !replaced.test(parameter));
    Stream<String> more =
        parameters.entrySet().stream()
            .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue().value()));
    String whole = address.toString().split("\\?", 2)[0];
    return URI.create(whole + "?" + Stream.concat(own, more).collect(Collectors.joining("&")));
  }

  private static int nameEnd(String parameter) {
    int equals = parameter.indexOf('=');
    return equals < 0 ? parameter.length() : equals;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The parts of values that must not be printed. */
  Stream<String> secrets() {
    return Stream.of(headers, parameters)
        .flatMap(each -> each.values().stream())
        .map(FilledIn::secrets)
        .flatMap(List::stream);
  }
}
