package dev.embedctl.provider.remote.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.embedctl.provider.remote.aws.SignatureCheck.Known;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A server on loopback that is Bedrock, STS, IAM Identity Center, and the metadata services of a
 * container and an instance. Bedrock and STS check signatures; all of them issue keys that end.
 */
public final class AwsServer implements AutoCloseable {
  public static final String REGION = "eu-west-1";
  public static final String ACCESS_KEY = "AKIDEXAMPLE";
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  public static final Duration LIFE = Duration.ofHours(1);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;
  private final Function<JsonNode, List<String>> textsOf;
  private final Function<List<String>, String> replyTo;
  private final Map<String, Known> keys = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<List<String>> embedded = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger issued = new AtomicInteger();
  private final AtomicInteger toThrottle = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /**
   * A server with one user's key.
   *
   * @param textsOf the texts of a request for vectors
   * @param replyTo the reply to texts
   */
  public AwsServer(
      Clock clock, Function<JsonNode, List<String>> textsOf, Function<List<String>, String> replyTo)
      throws IOException {
    this.clock = clock;
    this.textsOf = textsOf;
    this.replyTo = replyTo;
    keys.put(ACCESS_KEY, new Known(SECRET_KEY, "", Instant.MAX));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many temporary keys it has issued. */
  public int issued() {
    return issued.get();
  }

  /** The texts of each request for vectors that was signed well. */
  public List<List<String>> embedded() {
    return List.copyOf(embedded);
  }

  /** Methods and paths of all requests besides those for vectors. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Throttles the next calls for vectors, if they are signed well. */
  public void throttleNext(int calls) {
    toThrottle.set(calls);
  }

  /** Declares all temporary keys to be expired, as if an administrator had revoked them. */
  void revokeAll() {
    keys.replaceAll(
        (key, known) ->
            key.equals(ACCESS_KEY)
                ? known
                : new Known(known.secretKey(), known.token(), Instant.MIN));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getRawPath();
      if (path.startsWith("/model/")) {
        embed(exchange, body);
        return;
      }
      requests.add(exchange.getRequestMethod() + " " + path);
      switch (path) {
        case "/" -> securityToken(exchange, body);
        case "/latest/api/token" ->
            reply(
                exchange, exchange.getRequestMethod().equals("PUT") ? 200 : 405, "metadata-token");
        case "/latest/meta-data/iam/security-credentials/" ->
            reply(exchange, ofInstance(exchange) ? 200 : 401, "worker");
        case "/latest/meta-data/iam/security-credentials/worker" ->
            reply(exchange, ofInstance(exchange) ? 200 : 401, metadata());
        case "/container" ->
            reply(
                exchange,
                "container-token".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    ? 200
                    : 403,
                metadata());
        case "/federation/credentials" -> signedIn(exchange);
        case "/token" -> renewed(exchange, JSON.readTree(body));
        default -> reply(exchange, 404, "{}");
      }
    }
  }

  private static boolean ofInstance(HttpExchange exchange) {
    return "metadata-token"
        .equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
  }

  private void embed(HttpExchange exchange, byte[] body) throws IOException {
    Optional<String> fault =
        SignatureCheck.fault(exchange, body, "bedrock", REGION, keys, clock.instant());
    if (fault.isPresent()) {
      exchange.getResponseHeaders().add("x-amzn-ErrorType", fault.get() + ":http://internal/");
      reply(exchange, 403, "{\"message\":\"The request was not signed well.\"}");
      return;
    }
    if (toThrottle.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.getResponseHeaders().add("x-amzn-ErrorType", "ThrottlingException");
      exchange.getResponseHeaders().add("Retry-After", "0");
      reply(exchange, 429, "{\"message\":\"Too many requests, please wait before trying again.\"}");
      return;
    }
    List<String> texts = textsOf.apply(JSON.readTree(body));
    embedded.add(texts);
    reply(exchange, 200, replyTo.apply(texts));
  }

  private void securityToken(HttpExchange exchange, byte[] body) throws IOException {
    Map<String, String> form =
        Arrays.stream(new String(body, StandardCharsets.UTF_8).split("&"))
            .map(field -> field.split("=", 2))
            .collect(
                Collectors.toMap(
                    field -> field[0],
                    field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    boolean allowed =
        form.get("Action").equals("AssumeRole")
            ? SignatureCheck.fault(exchange, body, "sts", REGION, keys, clock.instant()).isEmpty()
            : "web-token".equals(form.get("WebIdentityToken"));
    if (!allowed || form.get("RoleArn").contains("forbidden")) {
      reply(
          exchange,
          403,
          "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: me is not"
              + " authorized to perform: sts:AssumeRole on resource: &quot;it&quot;</Message></Error>"
              + "</ErrorResponse>");
      return;
    }
    Issued key = issue();
    reply(
        exchange,
        200,
        "<R xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Result><Credentials><AccessKeyId>"
            + key.accessKey()
            + "</AccessKeyId><SecretAccessKey>"
            + key.known().secretKey()
            + "</SecretAccessKey><SessionToken>"
            + key.known().token()
            + "</SessionToken><Expiration>"
            + key.known().end()
            + "</Expiration></Credentials></Result></R>");
  }

  private void signedIn(HttpExchange exchange) throws IOException {
    if (!"sso-token".equals(exchange.getRequestHeaders().getFirst("x-amz-sso_bearer_token"))
        || !exchange
            .getRequestURI()
            .getQuery()
            .equals("role_name=Reader&account_id=123456789012")) {
      reply(exchange, 401, "{\"message\":\"Session token not found or invalid\"}");
      return;
    }
    Issued key = issue();
    reply(
        exchange,
        200,
        "{\"roleCredentials\":{\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\",\"sessionToken\":\"%s\",\"expiration\":%d}}"
            .formatted(
                key.accessKey(),
                key.known().secretKey(),
                key.known().token(),
                key.known().end().toEpochMilli()));
  }

  private static void renewed(HttpExchange exchange, JsonNode asked) throws IOException {
    boolean known =
        asked.path("grantType").asText().equals("refresh_token")
            && asked.path("clientId").asText().equals("client")
            && asked.path("clientSecret").asText().equals("client-secret")
            && asked.path("refreshToken").asText().equals("refresh-token");
    reply(
        exchange,
        known ? 200 : 400,
        known
            ? "{\"accessToken\":\"sso-token\",\"expiresIn\":3600,\"refreshToken\":\"next\",\"tokenType\":\"Bearer\"}"
            : "{\"error\":\"invalid_grant\"}");
  }

  private String metadata() {
    Issued key = issue();
    return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"Token\":\"%s\",\"Expiration\":\"%s\"}"
        .formatted(
            key.accessKey(), key.known().secretKey(), key.known().token(), key.known().end());
  }

  private record Issued(String accessKey, Known known) {}

  private Issued issue() {
    int number = issued.incrementAndGet();
    Issued key =
        new Issued(
            "ASIA" + number,
            new Known("secret-" + number, "session-" + number + "==", clock.instant().plus(LIFE)));
    keys.put(key.accessKey(), key.known());
    return key;
  }

  private static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] reply = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, reply.length);
    exchange.getResponseBody().write(reply);
  }
}
