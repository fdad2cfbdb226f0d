// A service worker: without a connection it shows a page of ours instead of the browser's own. It keeps that page and
// what it is drawn with, which are the same for everybody; nothing of anybody's cases ever comes into its store.
"use strict";

const { version, page, drawnWith } = {{ kept }};
const NAME = `offline-${version}`;

self.addEventListener("install", (event) => {
  const keep = (store) => store.addAll([page, ...drawnWith]);
  event.waitUntil(caches.open(NAME).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  // The browser asks for a page while this worker is still starting.
  event.waitUntil(Promise.all([caches.keys().then(drop), self.registration.navigationPreload?.enable()]));
});

const answered = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match(page);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(answered(event));
  else if (drawnWith.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
