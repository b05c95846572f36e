package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the command that a profile names in {@code credential_process}; it prints credentials.
 * Source: docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html.
 */
final class CredentialProcess {
  /** A command that waits for a person, such as one that opens a browser, is given up then. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static final int LARGEST_OUTPUT = 64 * 1024;
  private static final int LONGEST_SHOWN = 200;

  /** A word: quoted parts and others, without a space between them. */
  private static final Pattern WORD =
      Pattern.compile("(?:\"(?:[^\"\\\\]|\\\\.)*+\"|'[^']*+'|[^\\s\"'])++");

  private static final Pattern PART =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"|'([^']*+)'|([^\"']++)");

  private final String setting;
  private final List<String> command;
  private final Duration longest;

  private CredentialProcess(String setting, List<String> command, Duration longest) {
    this.setting = setting;
    this.command = command;
    this.longest = longest;
  }

  /** The command of a profile that has one. */
  static CredentialProcess of(Profile profile) {
    return of(profile, LONGEST);
  }

  /** The command of a profile that has one, with another time for it. */
  static CredentialProcess of(Profile profile, Duration longest) {
    return new CredentialProcess(
        profile.described() + ": credential_process",
        words(profile.get("credential_process").orElseThrow()),
        longest);
  }

  /** The words of a command line: quotes hold spaces; no shell reads it. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(line); word.find(); ) {
      StringBuilder text = new StringBuilder();
      for (Matcher part = PART.matcher(word.group()); part.find(); ) {
        if (part.group(1) == null) {
          text.append(part.group(2) == null ? part.group(3) : part.group(2));
        } else {
          text.append(part.group(1).replaceAll("\\\\([\"\\\\])", "$1"));
        }
      }
      words.add(text.toString());
    }
    return words;
  }

  /**
   * Runs the command and reads what it prints.
   *
   * @throws Hopeless if it cannot be started, fails, prints no credentials or takes too long
   */
  Expiring<AwsCredentials> run() throws ProviderException, InterruptedException {
    if (command.isEmpty()) {
      throw failed(" is not a command");
    }
    try {
      Path errors = Files.createTempFile("embedctl-", ".err");
      try {
        return run(errors);
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw failed(" cannot be run: " + e.getMessage());
    }
  }

  private Expiring<AwsCredentials> run(Path errors)
      throws IOException, ProviderException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(Redirect.to(errors.toFile())).start();
    try {
      process.getOutputStream().close(); // a command that asks for input ends
      FutureTask<byte[]> output = new FutureTask<>(() -> printed(process.getInputStream()));
      Thread.ofVirtual().name("credential-process").start(output);
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed(" did not end within " + longest.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw failed(" ended with exit code " + process.exitValue() + words(errors));
      }
      return credentials(output.get());
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static byte[] printed(InputStream output) throws IOException {
    try (output) {
      return output.readNBytes(LARGEST_OUTPUT);
    }
  }

  private Expiring<AwsCredentials> credentials(byte[] document) throws Hopeless {
    try {
      JsonFields fields = JsonFields.of(document);
      if (!fields.at("Version").equals(Optional.of("1"))) {
        throw new IOException("Version is not 1");
      }
      return IssuedCredentials.in(fields, IssuedCredentials.Names.PROCESS, setting);
    } catch (IOException | DateTimeException e) {
      // The parser's message may repeat a secret.
      throw failed(
          " printed no credentials; it must print a JSON object with Version 1, AccessKeyId and"
              + " SecretAccessKey");
    }
  }

  private static String words(Path errors) throws IOException {
    String words =
        new String(Files.readAllBytes(errors), StandardCharsets.UTF_8)
            .strip()
            .replaceAll("\\s+", " ");
    return words.isEmpty()
        ? ""
        : ": " + words.substring(Math.max(0, words.length() - LONGEST_SHOWN));
  }

  private Hopeless failed(String reason) {
    return new Hopeless(Reason.CREDENTIALS, setting + reason);
  }
}
