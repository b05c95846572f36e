package dev.embedctl.provider.remote;

/**
 * Failed replies of Bedrock. The names and statuses are those of the API's reference
 * (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html); the form, a name
 * in a header and a message in the body, is as aws-samples/amazon-bedrock-client-for-mac#12 and #99
 * show it. Where each message comes from stands at its method.
 */
final class BedrockReplies {
  private BedrockReplies() {}

  static Recorded error(int status, String name, String message) {
    return Recorded.of(status, "{\"message\":\"" + message.replace("\"", "\\\"") + "\"}")
        .with("x-amzn-RequestId", "ca47a5ce-e260-4824-aa0e-2e62669d5d6e")
        .with("x-amzn-ErrorType", name + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
  }

  /** The message: FlowiseAI/Flowise#2079, danny-avila/rag_api#187. */
  static Recorded throttled() {
    return error(429, "ThrottlingException", "Too many requests, please wait before trying again.");
  }

  /** The message: aws-samples/amazon-bedrock-client-for-mac#99, with the words of a day's quota. */
  static Recorded usedUpForTheDay() {
    return error(
        429, "ThrottlingException", "Too many tokens per day, please wait before trying again.");
  }

  /** The message: the user guide's page of error codes. */
  static Recorded deniedModel() {
    return error(
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.");
  }

  /** The message: langchain-ai/langchain#19677, vercel/ai#4163. */
  static Recorded unknownCredentials() {
    return error(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.");
  }

  /** The message: AWS's list of common errors, docs.aws.amazon.com/signer/latest/api. */
  static Recorded expiredCredentials() {
    return error(
        403, "ExpiredTokenException", "The security token included in the request is expired");
  }

  /** The message: EngineerBetter/control-tower#51, re:Post's page on signatures of Lambda. */
  static Recorded clockIsBehind() {
    return error(
        403,
        "InvalidSignatureException",
        "Signature expired: 20260102T030405Z is now earlier than 20260102T031305Z"
            + " (20260102T031805Z - 5 min.)");
  }

  /** The message: BedrockRuntime's ValidationException for an identifier that does not exist. */
  static Recorded unknownModel() {
    return error(400, "ValidationException", "The provided model identifier is invalid.");
  }

  /** The message: agentjido/req_llm#748 describes it; the words are the service's own. */
  static Recorded needsProfile(String model) {
    return error(
        400,
        "ValidationException",
        "Invocation of model ID "
            + model
            + " with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN"
            + " of an inference profile that contains this model.");
  }
}
