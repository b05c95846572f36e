package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.catalog.Wire;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.auth.Issuers;
import dev.embedctl.provider.remote.aws.Aws;
import dev.embedctl.provider.remote.token.EntraCredentials;
import dev.embedctl.provider.remote.token.GoogleCredentials;
import java.net.URI;
import java.time.Clock;
import java.util.Map;

/** The credentials of a cloud in an environment, for providers that take them instead of a key. */
sealed interface CloudAccess {

  /** The credentials for an API that takes some ({@link Wire#cloud}); nothing is sent. */
  static CloudAccess of(Wire wire, Map<String, String> env) {
    return switch (wire) {
      case VERTEX -> new Google(GoogleCredentials.in(env));
      case AZURE_OPENAI -> new Entra(EntraCredentials.in(env));
      case BEDROCK -> new Amazon(new Aws(env));
      case OPENAI, VOYAGE, MISTRAL, JINA, GEMINI, COHERE, OLLAMA, TEI ->
          throw new IllegalArgumentException(wire + " takes a key only");
    };
  }

  /** Whether the environment has credentials, or names the server of the machine's identity. */
  boolean areSet();

  /** Whether only the machine's own identity is left, which may not exist. */
  boolean areOfTheMachine();

  /** What authorises calls to an address. */
  Authorization authorization(URI address, Issuers issuers, Clock clock);

  /** Credentials of Google Cloud. */
  record Google(GoogleCredentials credentials) implements CloudAccess {
    @Override
    public boolean areSet() {
      return credentials.areSet();
    }

    @Override
    public boolean areOfTheMachine() {
      return credentials.areOfTheMachine();
    }

    @Override
    public Authorization authorization(URI address, Issuers issuers, Clock clock) {
      return credentials.authorization(issuers, clock);
    }
  }

  /** Credentials of Microsoft Entra ID. */
  record Entra(EntraCredentials credentials) implements CloudAccess {
    @Override
    public boolean areSet() {
      return credentials.areSet();
    }

    @Override
    public boolean areOfTheMachine() {
      return credentials.areOfTheMachine();
    }

    @Override
    public Authorization authorization(URI address, Issuers issuers, Clock clock) {
      return credentials.authorization(address, issuers, clock);
    }
  }

  /** Credentials of AWS; those that are named are looked for at the first call. */
  record Amazon(Aws aws) implements CloudAccess {
    @Override
    public boolean areSet() {
      return false; // nobody knows before
    }

    @Override
    public boolean areOfTheMachine() {
      return !aws.namesCredentials();
    }

    @Override
    public Authorization authorization(URI address, Issuers issuers, Clock clock) {
      return aws.authorization(address, issuers, clock);
    }
  }

  /**
   * Asks for the first token, for a machine that may have an identity of its own: whether it has
   * one shows only then.
   *
   * @throws Usage if it has none
   */
  static void check(String provider, Authorization authorization, URI address) {
    try {
      authorization.headers(new AuthorizedCall("POST", address, Map.of(), new byte[0]));
    } catch (Hopeless e) {
      throw new Usage(provider + ": " + e.getMessage());
    } catch (ProviderException e) {
      return; // it has one, which may answer the first call
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the first call will notice it
    }
  }
}
