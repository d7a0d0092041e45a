package dev.drover.local.simulator.ec2;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** MaxResults and NextToken of a listing; a token names the last resource of its page. */
final class Paging {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
  private static final int MIN_RESULTS = 5;
  private static final int MAX_RESULTS = 1_000;

  private final Optional<Integer> maxResults;
  private final Optional<String> after;

  private Paging(Optional<Integer> maxResults, Optional<String> after) {
    this.maxResults = maxResults;
    this.after = after;
  }

  static Paging of(QueryParameters parameters, boolean idsAreGiven) {
    Optional<Integer> max = parameters.number("MaxResults");
    if (max.isPresent() && idsAreGiven) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination", "MaxResults and ids cannot be in the same call");
    }
    if (max.isPresent() && (max.get() < MIN_RESULTS || max.get() > MAX_RESULTS)) {
      throw Ec2Refusal.invalidValue("MaxResults must be from 5 to 1000, not " + max.get());
    }
    return new Paging(max, parameters.text("NextToken").map(Paging::decode));
  }

  record Page<T>(List<T> items, Optional<String> nextToken) {}

  <T> Page<T> page(List<T> all, Function<T, String> id) {
    int from = after.isPresent() ? indexAfter(all.stream().map(id).toList(), after.get()) : 0;
    int to = Math.min(all.size(), from + maxResults.orElse(MAX_RESULTS));
    return new Page<>(
        all.subList(from, to),
        to < all.size() ? Optional.of(encode(id.apply(all.get(to - 1)))) : Optional.empty());
  }

  private static int indexAfter(List<String> ids, String last) {
    int index = ids.indexOf(last);
    if (index < 0) {
      throw invalidToken();
    }
    return index + 1;
  }

  private static String encode(String id) {
    return Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      throw invalidToken();
    }
  }

  private static Ec2Refusal invalidToken() {
    return Ec2Refusal.of("InvalidNextToken", "The specified NextToken is invalid");
  }
}
