package dev.embedctl.provider.remote.errors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The body of a failed reply, parsed once: its message for the user, and the values that classify
 * it. An incomplete body is used as far as it goes.
 */
public final class ErrorBody {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int READ = 64 * 1024;
  private static final int LONGEST_READ_MESSAGE = 2000;
  private static final int LONGEST_MESSAGE = 300;
  private static final int MOST_VALUES = 500;
  private static final int MOST_LISTED = 3;
  private static final int SHORTEST_WORTH_READING = 20;
  private static final String FIRST_FIELD_ERROR = "[0].msg";

  /** Members that repeat the request. */
  private static final Set<String> ECHOES =
      Set.of("input", "inputs", "texts", "text", "content", "contents", "body", "request", "url");

  /** The parts of messages in which Python's frameworks repeat the request. */
  private static final Pattern PYTHON_ECHO =
      Pattern.compile(
          "[,\\[]? ?input_value=.{0,2000}?, input_type=\\w{1,40}+|,? ?'input': .{0,2000}?(?=, '(?:ctx|url)'|\\}|$)",
          Pattern.DOTALL);

  private static final List<String> MESSAGES =
      List.of(
          "error.message",
          "error.msg",
          "error.detail",
          "error.reason",
          "error.error",
          "errors[0].message",
          "errors[0].msg",
          "errors[0].detail",
          "errors[0]",
          "errors.message",
          "message",
          "msg",
          "detail.message",
          "detail.msg",
          "detail.error.message",
          "detail.error",
          "detail",
          "error[0].message",
          "error[0]",
          "error",
          "error_message",
          "error_msg",
          "errormessage",
          "errmsg",
          "err_msg",
          "error_description",
          "base_resp.status_msg",
          "status_msg",
          "fault.faultstring",
          "[0].error.message",
          "[0].message",
          "title",
          "reason",
          "description");

  private static final List<String> CODES =
      List.of(
          "error.code",
          "code",
          "error_code",
          "errorcode",
          "errors[0].code",
          "detail.code",
          "detail.error.code",
          "base_resp.status_code",
          "status_code",
          "statuscode",
          "fault.detail.errorcode",
          "[0].error.code");

  private static final List<String> TYPES =
      List.of(
          "error.type",
          "type",
          "error_type",
          "error.status",
          "__type",
          "detail.type",
          "detail[0].type",
          "status",
          "[0].error.status");

  private static final List<String> PARAMS =
      List.of("error.param", "param", "error.parameter", "errors[0].param", "detail.param");

  private final Map<String, String> values;
  private final boolean page;
  private final String message;

  private ErrorBody(Map<String, String> values, boolean page, String message) {
    this.values = values;
    this.page = page;
    this.message = message;
  }

  public static ErrorBody of(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, READ), StandardCharsets.UTF_8).strip();
    if (text.startsWith("<")) {
      return new ErrorBody(Map.of(), true, oneLine(Page.words(text)));
    }
    Map<String, String> values = valuesOf(body);
    return new ErrorBody(values, false, oneLine(message(values, text)));
  }

  private static String message(Map<String, String> values, String text) {
    String stated =
        fieldErrors(values).or(() -> first(values, MESSAGES)).orElseGet(() -> listed(values, text));
    if (stated.startsWith("{") && !stated.equals(text)) {
      return of(stated.getBytes(StandardCharsets.UTF_8)).message; // JSON in a string
    }
    String param = parameter(values);
    String whole =
        param.isEmpty() || stated.isEmpty() || stated.contains(param)
            ? stated
            : stated + " (" + param + ")";
    return Optional.ofNullable(values.get("error.metadata.raw"))
        .map(raw -> whole + ": " + of(raw.getBytes(StandardCharsets.UTF_8)).message)
        .orElse(whole);
  }

  /** The errors by field, as FastAPI lists them, anywhere in the body. */
  private static Optional<String> fieldErrors(Map<String, String> values) {
    Optional<String> list = listOfFieldErrors(values);
    if (list.isEmpty()) {
      return Optional.empty();
    }
    List<String> errors = new ArrayList<>();
    for (int i = 0; values.containsKey(list.get() + "[" + i + "].msg"); i++) {
      String error = list.get() + "[" + i + "]";
      String where = String.join(".", location(values, error));
      String words = (where.isEmpty() ? "" : where + ": ") + values.get(error + ".msg");
      if (errors.size() < MOST_LISTED && !errors.contains(words)) {
        errors.add(words);
      }
    }
    return Optional.of(String.join("; ", errors));
  }

  /** The path of the list whose items have a {@code msg}. */
  private static Optional<String> listOfFieldErrors(Map<String, String> values) {
    return values.keySet().stream()
        .filter(path -> path.endsWith(FIRST_FIELD_ERROR))
        .map(path -> path.substring(0, path.length() - FIRST_FIELD_ERROR.length()))
        .findFirst();
  }

  /** The names that lead to a field of the request's body. */
  private static List<String> location(Map<String, String> values, String error) {
    List<String> names = new ArrayList<>();
    for (int i = 0; values.containsKey(error + ".loc[" + i + "]"); i++) {
      String name = values.get(error + ".loc[" + i + "]");
      if (i > 0 || !name.equals("body")) {
        names.add(name);
      }
    }
    return names;
  }

  private static String parameter(Map<String, String> values) {
    return first(values, PARAMS)
        .or(
            () ->
                listOfFieldErrors(values).stream()
                    .flatMap(list -> location(values, list + "[0]").stream())
                    .findFirst())
        .orElse("");
  }

  /** A body of another form: its first line, or the values of an object without a known member. */
  private static String listed(Map<String, String> values, String text) {
    boolean json = text.startsWith("{") || text.startsWith("[");
    if (json && text.length() > SHORTEST_WORTH_READING) {
      return String.join(
          ", ",
          values.entrySet().stream()
              .limit(MOST_LISTED)
              .map(value -> value.getKey() + ": " + value.getValue())
              .toList());
    }
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }

  private static Optional<String> first(Map<String, String> values, List<String> paths) {
    return paths.stream()
        .flatMap(path -> Stream.ofNullable(values.get(path)))
        .filter(value -> !value.isBlank())
        .findFirst();
  }

  private static String oneLine(String text) {
    String bounded = text.substring(0, Math.min(text.length(), LONGEST_READ_MESSAGE));
    return PYTHON_ECHO.matcher(bounded).replaceAll("").replaceAll("[\\s\\p{Cntrl}]++", " ").strip();
  }

  /** A copy whose message does not repeat the texts of the request. */
  public ErrorBody without(List<String> texts) {
    return new ErrorBody(values, page, Echo.removed(message, texts));
  }

  /** Whether the body is HTML or XML. */
  public boolean isPage() {
    return page;
  }

  /** The error's code; empty if there is none. */
  String code() {
    return first(values, CODES).orElse("");
  }

  /** The error's type; empty if there is none. */
  String type() {
    return first(values, TYPES).orElse("");
  }

  /** The wrong field of the request; empty if the body names none. */
  String param() {
    return parameter(values);
  }

  /** Whether the code or the type is one of these. */
  boolean isOneOf(Set<String> words) {
    return words.contains(code()) || words.contains(type());
  }

  /** All values with this name, anywhere in the body. */
  public List<String> valuesNamed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return values.entrySet().stream()
        .filter(
            value -> value.getKey().substring(value.getKey().lastIndexOf('.') + 1).equals(lower))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Whether the body is an object with an error. */
  public boolean statesAnError() {
    return first(values, MESSAGES).isPresent() || listOfFieldErrors(values).isPresent();
  }

  /** The HTTP status inside the body. */
  OptionalInt statedStatus() {
    return Stream.concat(CODES.stream(), Stream.of("status", "error.status"))
        .flatMap(path -> Stream.ofNullable(values.get(path)))
        .filter(value -> value.matches("[45]\\d\\d"))
        .mapToInt(Integer::parseInt)
        .findFirst();
  }

  /** The whole message, on one line. */
  public String message() {
    return message;
  }

  /** The message for the user, shortened if it is long. */
  public String shortMessage() {
    return message.length() > LONGEST_MESSAGE
        ? message.substring(0, LONGEST_MESSAGE) + "…"
        : message;
  }

  private static Map<String, String> valuesOf(byte[] body) {
    Map<String, String> values = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(body, 0, Math.min(body.length, READ))) {
      json.nextToken();
      collect(json, "", values);
    } catch (IOException e) {
      return values; // not JSON, or incomplete
    }
    return values;
  }

  private static void collect(JsonParser json, String path, Map<String, String> values)
      throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName().toLowerCase(Locale.ROOT);
          json.nextToken();
          if (ECHOES.contains(name)) {
            json.skipChildren();
          } else {
            collect(json, path.isEmpty() ? name : path + "." + name, values);
          }
        }
      }
      case START_ARRAY -> {
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
          collect(json, path + "[" + i + "]", values);
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (values.size() < MOST_VALUES) {
          values.putIfAbsent(path, json.getText());
        }
      }
      case null, default -> {} // has no text
    }
  }
}
