package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import java.time.Clock;

/** The models on Amazon Bedrock: each family has a wire format of its own. */
public final class Bedrock {
  private static final String TITAN = "titan-embed-text-v2";
  private static final String COHERE = "cohere.embed";

  private Bedrock() {}

  /**
   * The format of a model, whose identifier, inference profile or ARN names its family.
   *
   * @throws Usage if it names none
   */
  public static WireFormat format(EmbeddingSpec spec, Clock clock) {
    BedrockCalls calls = new BedrockCalls(clock);
    if (spec.model().contains(TITAN)) {
      return new TitanOnBedrock(calls);
    }
    if (spec.model().contains(COHERE)) {
      return new CohereOnBedrock(calls);
    }
    throw new Usage(
        Parameter.MODEL
            + " "
            + spec.model()
            + ": not a supported model of "
            + spec.provider()
            + "; use an identifier with "
            + TITAN
            + " or "
            + COHERE
            + " in it");
  }
}
