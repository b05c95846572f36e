package dev.embedctl.provider.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures of TLS are explained instead of tried again. */
final class TlsFailureTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unsupported or unrecognized SSL message",
        "Unrecognized SSL message, plaintext connection?"
      })
  void aServerWithoutTlsIsExplainedInEachWordingOfTheJdk(String message) {
    assertEquals(
        Optional.of("it does not use TLS: use http instead of https in its address"),
        TlsFailure.in(new IOException("closed", new SSLException(message)), Optional.empty()));
  }

  @Test
  void aConnectionThatBreaksOffIsTriedAgain() {
    assertEquals(
        Optional.empty(), TlsFailure.in(new SSLException("Connection reset"), Optional.empty()));
  }

  @Test
  void anAlertAboutACertificateIsExplainedOnlyIfTheServerRequestedOne() {
    SSLException alert = new SSLException("Received fatal alert: bad_certificate");

    assertEquals(Optional.empty(), TlsFailure.in(alert, Optional.empty()));
    assertEquals(
        Optional.of("it wants another (its reply is bad_certificate)"),
        TlsFailure.in(alert, Optional.of("it wants another")));
    assertEquals(
        Optional.empty(),
        TlsFailure.in(
            new SSLException("(certificate_unknown) of this side"),
            Optional.of("it wants another")));
  }
}
