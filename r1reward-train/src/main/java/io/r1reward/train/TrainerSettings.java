package io.r1reward.train;

import com.google.common.collect.ImmutableList;
import io.r1reward.MediaFetcher;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.safetensors.DType;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.parallel.TrainingCluster;
import io.r1reward.train.policy.PolicySampler;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a {@link TrainerBuilder} was told when its trainer was built; see there. Immutable. */
record TrainerSettings(
    @Nullable Path policy,
    @Nullable Path run,
    @Nullable Path adapter,
    NetworkSettings network,
    ImmutableList<String> devices,
    JudgeProtocol protocol,
    @Nullable Long maxPixels,
    @Nullable MediaFetcher mediaFetcher,
    @Nullable TrainingCluster cluster,
    @Nullable PolicySampler sampler,
    int rolloutRows,
    @Nullable PreferenceDataset heldOut,
    DType exportType,
    ImmutableList<TrainingListener> listeners) {}
