package io.r1reward.train.data.prepare;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.Video;
import io.r1reward.core.media.DecodedPictures;
import io.r1reward.core.media.MediaLimits;
import io.r1reward.core.media.RgbImage;
import io.r1reward.train.data.PreferenceSample;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Decodes the pictures of pairs and hashes their pixels, by 128 bits each. A PNG that was
 * compressed again is the same picture; one that was scaled, or compressed with losses, is another.
 * Remembers the last files, since pairs of one picture often stand together. Thread-safe.
 */
public final class PairKeys {
  private static final int REMEMBERED = 1024;

  private final MediaLimits limits;
  private final DecodedPictures pictures;
  private final Cache<Path, HashCode> files =
      CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();

  /** Decodes within these limits. */
  public PairKeys(MediaLimits limits) {
    this.limits = limits;
    this.pictures = new DecodedPictures(limits);
  }

  /**
   * Opens all pictures of a pair.
   *
   * @throws MediaException if one cannot be read or decoded, or there are too many frames
   */
  public KeyedPair of(PreferenceSample sample) {
    ImmutableList.Builder<HashCode> media = ImmutableList.builder();
    for (Media one : sample.pair().media()) {
      media.add(one instanceof Video video ? video(video) : picture((Image) one));
    }
    return KeyedPair.of(sample, media.build(), question(sample));
  }

  /** Returns a pair that is compared by its question alone: no picture is opened. */
  static KeyedPair withoutMedia(PreferenceSample sample) {
    return KeyedPair.of(sample, ImmutableList.of(), question(sample));
  }

  private static HashCode question(PreferenceSample sample) {
    return text(QuestionText.folded(sample.pair().question()));
  }

  static HashCode text(String text) {
    return Hashing.murmur3_128().hashString(text, StandardCharsets.UTF_8);
  }

  /** Returns one hash of several, in their order. */
  static HashCode all(List<HashCode> hashes) {
    Hasher hasher = Hashing.murmur3_128().newHasher().putInt(hashes.size());
    hashes.forEach(hash -> hasher.putBytes(hash.asBytes()));
    return hasher.hash();
  }

  private HashCode video(Video video) {
    if (video.frames().size() > limits.maxFrames()) {
      throw new MediaException(
          "video has %d frames, more than the limit of %d"
              .formatted(video.frames().size(), limits.maxFrames()));
    }
    return all(video.frames().stream().map(this::picture).toList());
  }

  private HashCode picture(Image image) {
    Path file = image.source() instanceof Image.FileSource source ? source.path() : null;
    HashCode known = file == null ? null : files.getIfPresent(file);
    if (known != null) {
      return known;
    }
    RgbImage decoded = pictures.read(image);
    HashCode hash =
        Hashing.murmur3_128()
            .newHasher()
            .putInt(decoded.width())
            .putInt(decoded.height())
            .putBytes(decoded.pixels())
            .hash();
    if (file != null) {
      files.put(file, hash);
    }
    return hash;
  }
}
