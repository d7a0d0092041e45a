package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;
import static dev.drover.functions.aws.SdkErrors.translatedPages;

import dev.drover.functions.account.FunctionVersions;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** {@link FunctionVersions} over Lambda. */
public final class LambdaFunctionVersions implements FunctionVersions {
  /** The unpublished code is listed, too. */
  private static final String LATEST = "$LATEST";

  private final LambdaClient lambda;
  private final String alias;

  /**
   * The versions of functions with that alias.
   *
   * @param alias names the version that is called by whoever names none
   */
  public LambdaFunctionVersions(LambdaClient lambda, String alias) {
    this.lambda = lambda;
    this.alias = alias;
  }

  /** The versions first: one that is published, and made live, in between is not among them. */
  @Override
  public Published of(String function) {
    var versions =
        translatedPages(
                lambda
                    .listVersionsByFunctionPaginator(list -> list.functionName(function))
                    .versions())
            .map(FunctionConfiguration::version)
            .filter(version -> !version.equals(LATEST))
            .toList();
    String live =
        translated(() -> lambda.getAlias(get -> get.functionName(function).name(alias)))
            .functionVersion();
    return new Published(live, versions.stream().filter(version -> !version.equals(live)).toList());
  }

  @Override
  public void remove(String function, String version) {
    translated(() -> removeOnce(function, version));
  }

  private void removeOnce(String function, String version) {
    // Without a qualifier it would be the function itself.
    if (version.isBlank() || version.equals(LATEST)) {
      throw new IllegalArgumentException("'" + version + "' is no published version");
    }
    try {
      lambda.deleteFunction(delete -> delete.functionName(function).qualifier(version));
    } catch (ResourceNotFoundException e) {
      // Gone: what was asked for.
    }
  }
}
