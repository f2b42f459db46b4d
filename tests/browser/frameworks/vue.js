// Starts the page in Vue 3.
import { createApp } from 'vue';
import Page from './Page.vue';

createApp(Page).mount('#app');
