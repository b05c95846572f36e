package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.MadeCertificates;
import dev.embedctl.testing.TlsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a server with the certificate of a company's own. */
@Timeout(120)
final class GatewayRunTest {
  @TempDir private Path folder;
  private MadeCertificates certificates;
  private Path trusted;
  private Path input;
  private Path output;

  @BeforeEach
  void write() throws Exception {
    certificates = MadeCertificates.forHost(folder.resolve("server.p12"), "localhost");
    trusted = Files.writeString(folder.resolve("company.pem"), certificates.pem());
    input = Files.writeString(folder.resolve("input.jsonl"), "\"x\"\n");
    output = folder.resolve("output.jsonl");
  }

  private InProcess program() {
    return new InProcess(folder);
  }

  private static Ended run(InProcess program, TlsServer server, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--provider=openai", "--model=m", "--base-url=" + server.url()));
    return program.run(all.toArray(String[]::new));
  }

  private Ended batch(InProcess program, TlsServer server, String... more) {
    List<String> all = new ArrayList<>(List.of("batch", input.toString(), "-o", "" + output));
    all.addAll(List.of(more));
    return run(program, server, all.toArray(String[]::new));
  }

  private static void assertSays(int code, String message, Ended ended) {
    assertEquals(code, ended.code(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @Test
  void eachCommandThatCallsAProviderTrustsTheFile() throws Exception {
    String option = "--ca-cert=" + trusted;
    try (TlsServer server = TlsServer.with(certificates)) {
      assertEquals(0, batch(program(), server, option).code());
      assertEquals(0, run(program(), server, "embed", "x", option, "--no-cache").code());
      assertEquals(0, run(program(), server, "search", "" + output, "x", option).code());
      assertEquals(
          0,
          run(program(), server, "verify", "" + output, "--input=" + input, "--sample=1", option)
              .code());
      Ended doctor = run(program(), server, "doctor", option);
      assertTrue(doctor.out().contains("\nca-cert = " + trusted), doctor.out());
    }
  }

  @Test
  void theFileMayBeASettingToo() throws Exception {
    Path config = Files.writeString(folder.resolve("own.properties"), "ca-cert = " + trusted);
    try (TlsServer server = TlsServer.with(certificates)) {
      assertEquals(0, batch(program(), server, "--config=" + config, "--no-cache").code());
      assertEquals(
          0, batch(program().with("EMBEDCTL_CA_CERT", "" + trusted), server, "--no-cache").code());
    }
  }

  @Test
  void aServerThatIsNotTrustedIsNotCalledAgain() throws Exception {
    try (TlsServer server = TlsServer.with(certificates)) {
      assertSays(
          1,
          "openai at localhost: its certificate is self-signed: if you trust it, put it into a PEM"
              + " file and name that file with --ca-cert",
          batch(program(), server, "--max-attempts=5", "--concurrency=1"));
      assertEquals(1, server.handshakes());
    }
  }

  @Test
  void aFileThatCannotBeUsedIsAUsageErrorBeforeAnyCall() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Ended typed =
        program()
            .run(
                "embed",
                "x",
                "--provider=tei",
                "--base-url=http://localhost:1",
                "--model=m",
                "--ca-cert=" + empty);
    assertSays(2, "--ca-cert " + empty + ": contains no certificate in PEM", typed);

    Path config = Files.writeString(folder.resolve("own.properties"), "\nclient-key = /none");
    Ended set =
        program()
            .run(
                "embed",
                "x",
                "--provider=tei",
                "--base-url=http://localhost:1",
                "--model=m",
                "--config=" + config);
    assertSays(2, config + ":2: --client-key /none: name the file with the certificate too", set);
  }

  @Test
  void aVariableThatNamesNoFileIsAUsageErrorAtTheFirstCall() throws Exception {
    try (TlsServer server = TlsServer.with(certificates)) {
      assertSays(
          2,
          "SSL_CERT_FILE=/none.pem: there is no such file; set SSL_CERT_FILE to another file",
          batch(program().with("SSL_CERT_FILE", "/none.pem"), server));
    }
  }
}
