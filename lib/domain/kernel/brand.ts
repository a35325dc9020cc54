/** Nominal typing for ids and names that are all strings underneath; erased at run time. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };

export type ClusterName = Brand<string, 'ClusterName'>;
/** The id that the cluster's own metadata reports; part of every record's identity. */
export type ClusterId = Brand<string, 'ClusterId'>;
export type TopicName = Brand<string, 'TopicName'>;
/** Kafka's topic UUID in its canonical lower-case 8-4-4-4-12 form. A recreated topic has another id. */
export type TopicId = Brand<string, 'TopicId'>;
export type GroupId = Brand<string, 'GroupId'>;
export type FlowName = Brand<string, 'FlowName'>;
export type ReplayId = Brand<string, 'ReplayId'>;
export type UserName = Brand<string, 'UserName'>;
export type UserId = Brand<string, 'UserId'>;
export type Fingerprint = Brand<string, 'Fingerprint'>;
/** 64 lower-case hex digits of a SHA-256. */
export type Sha256 = Brand<string, 'Sha256'>;

export const clusterName = (value: string) => value as ClusterName;
export const clusterId = (value: string) => value as ClusterId;
export const topicName = (value: string) => value as TopicName;
export const topicId = (value: string) => value as TopicId;
export const groupId = (value: string) => value as GroupId;
export const flowName = (value: string) => value as FlowName;
export const replayId = (value: string) => value as ReplayId;
export const userName = (value: string) => value as UserName;
export const userId = (value: string) => value as UserId;
export const fingerprint = (value: string) => value as Fingerprint;
export const sha256Hex = (value: string) => value as Sha256;
