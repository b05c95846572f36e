package dev.embedctl.provider.remote.token;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.remote.auth.JsonFields;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file with credentials of Google Cloud. Source: cloud.google.com/docs/authentication,
 * Application Default Credentials, and the AIPs 4112 to 4117 at google.aip.dev/auth.
 *
 * @param name the file
 * @param from the variable or command that the file comes from, for messages
 */
record GoogleFile(Path name, String from, JsonFields fields) {
  static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";

  private static final String USUAL_NAME = "application_default_credentials.json";
  private static final String LOGIN = "gcloud auth application-default login";
  private static final URI ISSUER = URI.create("https://oauth2.googleapis.com/token");
  private static final List<String> TYPES =
      List.of(
          "service_account", "authorized_user", "external_account", "impersonated_service_account");

  /**
   * The file that an environment names, or the one that gcloud wrote; empty if there is none.
   *
   * @throws Usage if it cannot be read
   */
  static Optional<GoogleFile> find(Map<String, String> env) {
    String named = env.getOrDefault(VARIABLE, "").strip();
    return named.isEmpty()
        ? usual(env).filter(Files::exists).map(file -> read(file, LOGIN))
        : Optional.of(read(path(named), VARIABLE));
  }

  /** Where gcloud keeps its files. */
  private static Optional<Path> usual(Map<String, String> env) {
    return Stream.of(
            place(env, "CLOUDSDK_CONFIG", ""),
            place(env, "APPDATA", "gcloud"),
            place(env, "HOME", ".config/gcloud"))
        .flatMap(Optional::stream)
        .findFirst()
        .map(folder -> folder.resolve(USUAL_NAME));
  }

  private static Optional<Path> place(Map<String, String> env, String variable, String below) {
    return Optional.ofNullable(env.get(variable))
        .filter(value -> !value.isBlank())
        .map(value -> Path.of(value, below));
  }

  private static Path path(String named) {
    try {
      return Path.of(named);
    } catch (InvalidPathException e) {
      throw new Usage(VARIABLE + ": not the name of a file: " + named);
    }
  }

  private static GoogleFile read(Path file, String from) {
    try {
      return new GoogleFile(file, from, JsonFields.of(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new Usage(
          "the credentials file " + file + " (from " + from + ") does not exist; correct it");
    } catch (IOException e) {
      throw new Usage(
          "the credentials file "
              + file
              + " (from "
              + from
              + ") cannot be read: "
              + e.getMessage());
    }
  }

  /** The project that the file belongs to, if it names one. */
  Optional<String> project() {
    return fields.at("project_id").or(this::quotaProject);
  }

  /** The project that pays for calls, if it is not the one that the credentials belong to. */
  Optional<String> quotaProject() {
    return fields.at("quota_project_id");
  }

  /**
   * What exchanges the credentials for tokens.
   *
   * @throws Usage if a field is missing or wrong
   */
  TokenSource source(TokenRequests requests) {
    return source(requests, fields);
  }

  private TokenSource source(TokenRequests requests, JsonFields of) {
    String type = needed(of, "type");
    return switch (type) {
      case "service_account" ->
          new ServiceAccountKey(
              requests,
              "the key of " + needed(of, "client_email") + " in " + name,
              needed(of, "client_email"),
              of.at("private_key_id"),
              privateKey(of),
              address(of, "token_uri").orElse(ISSUER));
      case "authorized_user" ->
          new AuthorizedUser(
              requests,
              "the user's login in " + name,
              needed(of, "client_id"),
              needed(of, "client_secret"),
              needed(of, "refresh_token"),
              address(of, "token_uri").orElse(ISSUER));
      case "external_account" -> {
        TokenSource workload =
            new FederatedWorkload(
                requests,
                "the federated workload in " + name,
                needed(of, "audience"),
                needed(of, "subject_token_type"),
                subjectToken(requests, of),
                neededAddress(of, "token_url"));
        Optional<URI> account = address(of, "service_account_impersonation_url");
        yield account.isPresent()
            ? new ImpersonatedAccount(requests, workload, account.get())
            : workload;
      }
      case "impersonated_service_account" -> {
        if (!of.hasObject("source_credentials")) {
          throw wrong("it has no source_credentials");
        }
        yield new ImpersonatedAccount(
            requests,
            source(requests, of.within("source_credentials")),
            neededAddress(of, "service_account_impersonation_url"));
      }
      default ->
          throw wrong(
              "credentials of the type "
                  + type
                  + " are not supported, only "
                  + String.join(", ", TYPES));
    };
  }

  private SubjectToken subjectToken(TokenRequests requests, JsonFields of) {
    Optional<String> field =
        of.at("credential_source.format.type").equals(Optional.of("json"))
            ? Optional.of(needed(of, "credential_source.format.subject_token_field_name"))
            : Optional.empty();
    Optional<String> file = of.at("credential_source.file");
    if (file.isPresent()) {
      return new FileToken(file.get(), name.toString(), field);
    }
    URI address =
        address(of, "credential_source.url")
            .orElseThrow(
                () ->
                    wrong(
                        "its credential_source names neither a file nor a url, which are the"
                            + " sources that are supported"));
    return new FetchedToken(
        requests, address, of.within("credential_source.headers").values(), field);
  }

  private PrivateKey privateKey(JsonFields of) {
    try {
      return SignedJwt.key(needed(of, "private_key"));
    } catch (GeneralSecurityException e) {
      throw wrong("its private_key cannot be used: " + e.getMessage());
    }
  }

  private String needed(JsonFields of, String field) {
    return of.at(field).orElseThrow(() -> wrong("it has no " + field));
  }

  private URI neededAddress(JsonFields of, String field) {
    return address(of, field).orElseThrow(() -> wrong("it has no " + field));
  }

  /** An address that gets a secret, which needs TLS unless it is on this machine. */
  private Optional<URI> address(JsonFields of, String field) {
    return of.at(field)
        .map(
            value -> {
              try {
                return SafeAddress.of(value);
              } catch (URISyntaxException e) {
                throw wrong("its " + field + " " + e.getReason());
              }
            });
  }

  private Usage wrong(String what) {
    return new Usage("the credentials file " + name + " (from " + from + "): " + what);
  }
}
